"""The bank's own people: they work through the desk's list on working days, each within role and authority."""
