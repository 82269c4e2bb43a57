"""All SQL of contact, a file per subject."""
