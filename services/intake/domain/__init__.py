"""Pure rules and calculations of intake: no clock, no I/O, no framework."""
