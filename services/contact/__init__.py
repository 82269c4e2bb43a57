"""The service contact: permits, attempts, conversations."""
