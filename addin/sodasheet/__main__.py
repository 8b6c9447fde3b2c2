"""Run as `python -m sodasheet`, the same as the `sodasheet` command."""

from sodasheet.cli import main

main()
