"""Conversations: the brief, the script, the record, and what follows from them."""
