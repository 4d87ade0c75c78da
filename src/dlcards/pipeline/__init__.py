"""The order of the steps; what is to be done again and what is not. No logic of its own.

Every task has its module, imported by those who do it: what a build in which nothing
changed does not need is not loaded.
"""
