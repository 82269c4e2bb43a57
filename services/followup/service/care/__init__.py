"""Care for borrowers beside what they pay: how it goes, what they thought of us, what helps them next."""
