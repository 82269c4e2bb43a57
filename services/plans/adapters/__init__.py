"""What leaves the process of plans."""
