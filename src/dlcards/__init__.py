"""Anki decks for the mathematics of deep learning, every formula checked by machine."""

__version__ = "0.1.0"
