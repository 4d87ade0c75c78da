"""Algorithms: short code that is tried, and checked by what it must achieve."""
