"""The checks, a file per subject; each registers itself. Ids follow the families of the invariants they hold:

E events, K cases, W workflows and what is waited for, V approval, P plans and money, C contact, D desk, A audit,
R privacy.
"""
