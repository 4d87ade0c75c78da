"""Exercises with drawn numbers: read, drawn, worked out, and judged in every variant."""
