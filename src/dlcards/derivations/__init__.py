"""Derivations: chains of lines, each a claim of its own that is judged."""
