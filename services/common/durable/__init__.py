"""Helpers for workflow code: activity presets, look-again wait, human task."""
