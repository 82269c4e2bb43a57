"""Recomputing what services decide: formulas by name on lines of JSON."""
