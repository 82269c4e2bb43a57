"""Values without I/O: money, ids, periods, business days, clock, errors, rules, dated policy."""
