"""Holds on a person: placing, terms, jobs over many, and the interest they stop."""
