"""Deciding on a version: submitted under a hash, signed by people with the authority for it, judged again later."""
