"""Run as `python -m sodasheet`, the same as the `sodasheet` command."""

import sys

# Python puts the working folder first; a file there must not replace one of our modules.
if not sys.flags.safe_path:
    del sys.path[0]

from sodasheet.cli import main

main()
