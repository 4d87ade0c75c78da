"""Random variables and events."""
