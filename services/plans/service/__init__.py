"""Use cases of plans, a file per subject, one transaction each."""
