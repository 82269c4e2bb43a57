"""Requests and responses of the API of plans."""
