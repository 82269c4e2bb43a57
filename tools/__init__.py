"""Generators, bootstrapping and own lint rules; not shipped."""
