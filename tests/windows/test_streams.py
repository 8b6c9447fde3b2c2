"""Output that is redirected, piped away or absent."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest

PYTHONW = str(Path(sys.executable).with_name("pythonw.exe"))


@pytest.fixture
def odd(console):
    """A job whose findings quote what no ANSI code page has."""
    console.sign_in()
    job = console.job("permits-new.csv", "append")
    source = console.folder / "permits-new.csv"
    lines = source.read_text(encoding="utf-8").splitlines()
    at = lines[0].split(",").index("Declared Value")
    cells = lines[1].split(",")
    cells[at] = "≥ 5"
    lines[1] = ",".join(cells)
    source.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return job


def test_a_character_beyond_the_code_page_ends_no_redirected_command(console, odd):
    said = console.spawn("check", odd)

    assert said.returncode == 4, said.stderr
    assert rb"\u2265 5" in said.stdout + said.stderr


def test_output_for_programs_is_utf_8_whatever_the_code_page(console, odd):
    said = console.spawn("check", odd, "--json")

    assert said.returncode == 4
    assert "≥ 5" in json.dumps(json.loads(said.stdout.decode("utf-8")), ensure_ascii=False)


@pytest.mark.parametrize("command", ["push", "check", "preview", "undo", "schedule", "settings"])
def test_without_streams_a_command_ends_as_it_would_with_them(own_console, command):
    console = own_console
    console.sign_in()
    job = console.job("permits-changes.csv", "upsert")
    arguments = {
        "push": ["push", job, "--yes"],
        "check": ["check", job],
        "preview": ["preview", job],
        "undo": ["undo", "--yes"],
        "schedule": ["schedule", "--list"],
        "settings": ["settings"],
    }[command]
    if command == "undo":
        assert console("push", job, "--yes").returncode == 0
    ended = subprocess.run(
        console.command(*arguments, program=PYTHONW),
        check=False,
        creationflags=subprocess.DETACHED_PROCESS,
        cwd=console.folder,
        env=console.env(),
        timeout=120,
    )
    trace = console.home / "last-error.txt"
    assert ended.returncode == 0, trace.read_text("utf-8") if trace.exists() else "no trace"


def test_a_reader_that_quits_is_no_unexpected_error(console):
    process = subprocess.Popen(
        console.command("history", "--help"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=console.env(),
    )
    process.stdout.close()
    told = process.stderr.read()
    process.wait(60)

    assert b"error" not in told.lower()
    assert not (console.home / "last-error.txt").exists()


def test_a_printed_task_can_be_read_from_the_file_that_it_was_redirected_to(console):
    console.sign_in()
    job = console.job("permits-new.csv", "append")
    said = console.spawn("schedule", job, "--daily", "06:00", "--print")
    assert said.returncode == 0, said.stderr
    text = said.stdout[said.stdout.index(b"<?xml") : said.stdout.rindex(b">") + 1]

    assert str(job) in "".join(Xml.fromstring(text).itertext())
