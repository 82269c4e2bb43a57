"""Pure rules and calculations of plans: no clock, no I/O, no framework."""
