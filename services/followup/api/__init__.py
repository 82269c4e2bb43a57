"""HTTP routes of followup, a file for each subject."""
