"""Words that work on a number, or on every entry of a vector or matrix."""
