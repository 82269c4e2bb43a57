"""Permits: who asks, what is known, the decision, and what two people may override."""
