"""Tests of the sandbox without engines."""
