"""Declarative figures: one kind is one file."""
