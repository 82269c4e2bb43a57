"""All SQL of followup, a file per subject."""
