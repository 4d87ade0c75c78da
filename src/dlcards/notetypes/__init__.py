"""The note types, one folder each."""
