"""Rule packs: the dated law of each jurisdiction as data, read from YAML, with the bank's own overlay on top."""
