"""What is kept to save time; deleting it changes no result."""
