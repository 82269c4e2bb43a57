"""Import of portfolio extracts: declarative mappings, a reader that refuses broken files, and a bulk path."""
