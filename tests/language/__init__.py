"""Tests: the language check and its corpus."""
