"""HTTP routes of plans, a file for each subject."""
