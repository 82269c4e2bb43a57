"""What leaves the process of desk."""
