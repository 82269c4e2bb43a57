"""Migrations of contact's database."""
