"""The kinds of figure, one file each."""
