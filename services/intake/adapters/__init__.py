"""What leaves the process of intake."""
