"""Standard streams that cannot hold what is written."""

from __future__ import annotations

import io
import sys

import pytest

from sodasheet.system import standard_streams


def code_page() -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding="cp1252")


def test_words_beyond_the_code_page_are_written_as_escapes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", code_page())
    standard_streams.prepare_streams(machine_readable=False)
    sys.stdout.write("≥ 5 ü")
    sys.stdout.flush()

    assert sys.stdout.buffer.getvalue() == rb"\u2265 5 " + "ü".encode("cp1252")


def test_output_for_programs_is_utf_8(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", code_page())
    standard_streams.prepare_streams(machine_readable=True)
    sys.stdout.write("≥ 5")
    sys.stdout.flush()

    assert sys.stdout.buffer.getvalue() == "≥ 5".encode()


def test_streams_that_are_absent_lead_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, name, None)
    standard_streams.prepare_streams(machine_readable=False)
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        with stream:
            assert not stream.isatty()
            assert stream is not sys.stdin or stream.read() == ""


def test_a_closed_pipe_is_told_from_other_errors() -> None:
    assert standard_streams.reader_left(BrokenPipeError())
    assert not standard_streams.reader_left(OSError(28, "No space left on device"))
