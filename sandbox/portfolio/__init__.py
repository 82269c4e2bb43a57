"""A generator of extracts and a committed sample."""
