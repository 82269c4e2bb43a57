"""Clocks of the law on agreements: begun by the marks of a plan, counted by what is missed, ended by people."""
