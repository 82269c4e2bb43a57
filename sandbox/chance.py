"""Chance that repeats: a number that depends only on the seed and on what is asked about."""

import hashlib


def chance(seed: int, *about: str) -> float:
    """A number in [0, 1), the same for the same seed and subject in every run and process."""
    text = "\x1f".join((str(seed), *about))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") / 2**64
