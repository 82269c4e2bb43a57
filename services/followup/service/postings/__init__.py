"""Postings of the bank, from whatever channel, in whatever order: kept once, and counted for what they pay."""
