"""A program and its children end together, including children that outlived the program."""

from __future__ import annotations

import os
import sys
import time

import pytest

from sodasheet.system.process_tree import ProcessTree

#: Starts a program that writes its number and then the time again and again; then sleeps or ends.
PARENT = """
import subprocess, sys, time
child = '''
import os, pathlib, sys, time
beat = pathlib.Path(sys.argv[1])
while True:
    beat.write_text(str(time.time()))
    time.sleep(0.05)
'''
subprocess.Popen([sys.executable, "-c", child, sys.argv[1]])
while not __import__("os").path.exists(sys.argv[1]):
    time.sleep(0.01)
time.sleep(float(sys.argv[2]))
"""


def until(true, seconds=60.0):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.parametrize("seconds", [60, 0], ids=["running", "ended"])
def test_all_that_a_program_started_ends_with_it(tmp_path, seconds):
    beat = tmp_path / "beat"
    command = [sys.executable, "-c", PARENT, str(beat), str(seconds)]
    tree = ProcessTree(command, os.environ)
    until(beat.exists)
    if not seconds:
        until(lambda: tree.ended)

    tree.end()

    assert tree.ended
    last = beat.read_bytes()
    time.sleep(0.3)
    assert beat.read_bytes() == last


def test_a_program_that_is_not_there_cannot_be_started():
    with pytest.raises(FileNotFoundError):
        ProcessTree(["/nowhere/excel"], os.environ)
