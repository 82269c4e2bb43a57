"""How a case moves: by events and commands, step by step, to its rounds and its end."""
