"""The calculations of plans as formulas on plain numbers: decimal strings of one currency in, the same out.

Anybody can recompute with them what was computed for a case; each calls the function that the service itself uses.
"""
