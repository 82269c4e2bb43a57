"""Pure rules and calculations of followup: no clock, no I/O, no framework."""
