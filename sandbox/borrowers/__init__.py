"""Seeded personas with habits."""
