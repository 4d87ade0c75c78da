"""Formulas on whole arrays, for figures."""
