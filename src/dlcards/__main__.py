"""Run the command line: ``python -m dlcards``."""

from dlcards.cli import main

main()
