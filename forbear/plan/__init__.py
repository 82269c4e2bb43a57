"""Reliefs on the command line: a situation as JSON, options as a table, JSON or a picture."""
