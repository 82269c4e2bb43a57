"""What leaves the process of contact."""
