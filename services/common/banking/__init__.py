"""The core-banking port: what Forbear asks of a bank's core, our types, and adapters to real cores."""
