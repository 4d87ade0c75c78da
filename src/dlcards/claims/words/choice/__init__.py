"""Cases and counting."""
