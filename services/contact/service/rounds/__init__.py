"""Rounds of contact: the next step, how it is taken, and how a round ends."""
