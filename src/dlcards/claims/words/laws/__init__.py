"""Laws with a name."""
