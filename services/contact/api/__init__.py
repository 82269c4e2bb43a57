"""HTTP routes of contact, a file for each subject."""
