"""Exercise families: one family is one file."""
