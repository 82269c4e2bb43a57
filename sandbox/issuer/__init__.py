"""An issuer of development tokens."""
