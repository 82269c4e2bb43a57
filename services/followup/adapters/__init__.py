"""What leaves the process of followup."""
