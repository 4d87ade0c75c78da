"""The steps of a build; they do not know each other."""
