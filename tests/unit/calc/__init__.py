"""Formulas by name: the worked cases, the edges of their rules, and the command that answers lines."""
