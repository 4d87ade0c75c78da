"""Expectations, probabilities and densities."""
