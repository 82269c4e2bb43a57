"""A core-banking system with accounts, postings and a business date."""
