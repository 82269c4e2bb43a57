"""Unit tests of the plumbing that all services share."""
