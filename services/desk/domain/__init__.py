"""Pure rules and calculations of desk: no clock, no I/O, no framework."""
