"""The claim language: text to tree, and the readers of that tree."""
