"""Regulatory marks of a plan: restructured, forborne, in default, the floor of its class, re-aged; with their dates."""
