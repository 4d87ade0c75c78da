"""NumPy snippets: what they may say, what they compute, whether that is the formula."""
