"""HTTP routes of desk, a file for each subject."""
