"""Tests that only a Windows Python can run: bash tests/windows/run."""

import sys

collect_ignore_glob = [] if sys.platform == "win32" else ["test_*.py"]
