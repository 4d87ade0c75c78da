"""Run the command line: ``python -m dlcards``."""

import os
import sys

# ``python -m`` looks for modules in the current folder first, and there may lie anything.
# A checkout in which dlcards itself lies is trusted, like all code.
_home = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120
try:
    _here = os.getcwd()  # noqa: PTH109 - pathlib is not to be looked for yet
except OSError:
    _here = ""
if not sys.flags.safe_path and sys.path[0] == _here != _home:
    del sys.path[0]

from dlcards.cli import main  # noqa: E402

main()
