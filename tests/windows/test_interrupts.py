"""Ctrl-C, pressed in a separate console."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time

import pytest

#: Runs a command in this console, presses Ctrl-C when its output asks for it, and notes the end.
PRESSER = """
import ctypes, json, subprocess, sys, threading, time
order = json.loads(open(sys.argv[1], encoding="utf-8").read())
kernel = ctypes.windll.kernel32
kernel.SetConsoleCtrlHandler(None, False)  # a child inherits that Ctrl-C is ignored
child = subprocess.Popen(order["command"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
kernel.SetConsoleCtrlHandler(None, True)
said, moments = [], []
def read():
    for line in child.stdout:
        said.append(line.decode("utf-8", "replace"))
        moments.append(time.monotonic())
threading.Thread(target=read, daemon=True).start()
began, pressed = time.monotonic(), []
for cue, wait in order["presses"]:
    end = time.monotonic() + 200
    while cue not in "".join(said) and not __import__("os").path.exists(cue):
        if time.monotonic() > end:
            child.kill()
            break
        time.sleep(0.05)
    time.sleep(wait)
    pressed.append(time.monotonic())
    kernel.GenerateConsoleCtrlEvent(0, 0)
try:
    code = child.wait(40)
except subprocess.TimeoutExpired:
    child.kill()
    code = "still running"
ended = time.monotonic()
time.sleep(0.5)
stopping = [at for at, line in zip(moments, said) if "Stopping" in line]
open(sys.argv[2], "w", encoding="utf-8").write(json.dumps({
    "code": code, "said": "".join(said), "after": ended - pressed[-1],
    "stopping": stopping[0] - pressed[0] if stopping else None,
}))
"""


@pytest.fixture
def press(own_console):
    """Run a command and press Ctrl-C at each cue: a string of its output or a path, and seconds."""

    def run(*arguments, presses):
        order, answer = own_console.folder / "order.json", own_console.folder / "answer.json"
        script = own_console.folder / "presser.py"
        script.write_text(PRESSER, "utf-8")
        command = [sys.executable, "-u", "-m", "sodasheet", *map(str, arguments)]
        order.write_text(json.dumps({"command": command, "presses": presses}), "utf-8")
        subprocess.run(
            [sys.executable, str(script), str(order), str(answer)],
            check=True,
            creationflags=subprocess.CREATE_NEW_CONSOLE,
            cwd=own_console.folder,
            env=own_console.env(),
            timeout=280,
        )
        return json.loads(answer.read_text("utf-8"))

    return run


@pytest.mark.parametrize("arguments", [["practice"], ["demo", "--keep"]])
def test_ctrl_c_ends_a_practice_portal(press, arguments):
    ended = press(*arguments, presses=[["until you press Ctrl-C", 1.0]])

    assert ended["code"] == 0, ended


def test_ctrl_c_ends_a_demo(press):
    ended = press("demo", presses=[["$ sodasheet map", 0.2]])

    assert ended["code"] == 130, ended
    assert "report this" not in ended["said"], ended


def test_ctrl_c_during_a_push_is_answered_at_once_and_the_second_breaks_it_off(own_console, press):
    own_console.sign_in()
    job = own_console.job("permits-new.csv", "append")
    fault = own_console.portal.inject("slow", method="POST", seconds=60.0, when="before")
    cue = own_console.folder / "sending"

    def watch():
        end = time.monotonic() + 200
        while not fault.fired and time.monotonic() < end:
            time.sleep(0.05)
        cue.touch()

    threading.Thread(target=watch, daemon=True).start()
    ended = press("push", job, "--yes", presses=[[str(cue), 1.0], ["Stopping", 1.0]])

    assert fault.fired == 1, ended
    assert ended["stopping"] is not None, ended
    assert ended["stopping"] < 10, ended
    assert ended["after"] < 20, ended
    assert ended["code"] in (5, 130), ended
