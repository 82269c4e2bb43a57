"""Registers of persons: what they asked for and agreed to, their numbers, who speaks for them, who else there is."""
