"""What each command does; the command line only asks for it and shows the answer."""
