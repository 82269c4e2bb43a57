"""Pure rules and calculations of contact: no clock, no I/O, no framework."""
