"""Stands in for everything outside, on one machine."""
