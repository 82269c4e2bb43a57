"""Rule packs: what is in them, how they are read, tightened and combined."""
