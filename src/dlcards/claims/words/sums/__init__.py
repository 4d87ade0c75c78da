"""Sums, products and optima."""
