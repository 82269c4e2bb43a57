"""The terms of a plan: what can be offered, the versions that are drafted of it, and what they rest on."""
