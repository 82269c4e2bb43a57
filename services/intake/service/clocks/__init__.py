"""Statutory clocks: started by requests and agreements, watched, and met."""
