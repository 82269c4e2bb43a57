"""HTTP routes of intake, a file for each subject."""
