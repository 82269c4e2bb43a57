"""The core-banking port, its types, and adapters."""
