"""All SQL of intake, a file for each subject."""
