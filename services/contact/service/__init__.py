"""Use cases of contact, a file per subject. Transactions begin and end here."""
