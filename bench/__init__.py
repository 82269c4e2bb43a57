"""Benchmarks: counts and processor time of real runs. Nothing here is a test, because machines differ."""
