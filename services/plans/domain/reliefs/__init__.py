"""The reliefs of the catalogue, a module for each family; all give terms of one shape."""
