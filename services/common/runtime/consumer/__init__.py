"""Consuming: one event is one transaction with its inbox row; what cannot be applied is held, with its reason."""
