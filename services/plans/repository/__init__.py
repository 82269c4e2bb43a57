"""All SQL of plans, a file per subject. Rows that decide anything are read after the lock of their case."""
