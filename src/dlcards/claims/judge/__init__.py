"""The judge: whether a claim holds."""
