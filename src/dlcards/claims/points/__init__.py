"""Exact points of every declared type, on many scales, special cases among them."""
