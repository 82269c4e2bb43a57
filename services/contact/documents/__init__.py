"""Templates and words of documents that borrowers are given."""
