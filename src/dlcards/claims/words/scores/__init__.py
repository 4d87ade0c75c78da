"""Vectors of scores and probabilities."""
