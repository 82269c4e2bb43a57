"""Use cases of followup, a file per subject; every change is one transaction."""
