"""SQL of care."""
