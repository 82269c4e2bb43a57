"""What is printed and said of plans: templates and words."""
