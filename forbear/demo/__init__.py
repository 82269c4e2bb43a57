"""The demonstration: the sample portfolio, played to the end on the lapse clock."""
