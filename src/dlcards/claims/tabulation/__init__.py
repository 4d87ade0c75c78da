"""Formulas at many points, for figures."""
