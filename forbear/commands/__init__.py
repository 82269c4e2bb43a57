"""One module for each command; each is found by name and loaded when it is called."""
