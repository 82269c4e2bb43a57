"""How a case comes: facts, opening, fresh figures, triage, and accounts that were cured or come back."""
