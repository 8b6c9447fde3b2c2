"""Files that other programs have open, and status files that are replaced while they are read."""

from __future__ import annotations

import ctypes
import threading
import time
from contextlib import contextmanager
from ctypes import wintypes

import pytest

from sodasheet.errors import SodaSheetError
from sodasheet.jobs.file.job_file import read_job
from sodasheet.push.runs.background_push_folder import STATUS, BackgroundTask
from sodasheet.sources.source_file import file_errors


@contextmanager
def opened_alone(path):
    """Open a file exclusively, as Excel does."""
    kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    kernel.CreateFileW.restype = wintypes.HANDLE
    handle = kernel.CreateFileW(str(path), 0xC0000000, 0, None, 3, 0, None)
    assert handle != wintypes.HANDLE(-1).value
    try:
        yield
    finally:
        kernel.CloseHandle(wintypes.HANDLE(handle))


def test_a_source_that_another_program_has_open_is_called_locked(tmp_path):
    source = tmp_path / "permits.csv"
    source.write_bytes(b"a\n1\n")
    with opened_alone(source), pytest.raises(SodaSheetError) as caught, file_errors(source):
        source.open("rb")

    assert caught.value.what == f"{source} is locked by another program."


def test_a_job_that_another_program_has_open(tmp_path):
    job = tmp_path / "permits.json"
    job.write_bytes(b"{}")
    with opened_alone(job), pytest.raises(SodaSheetError, match="locked by another program"):
        read_job(job)


def test_a_share_that_does_not_exist_is_called_so(console):
    console.sign_in()
    job = console.job("permits-new.csv", "append")
    text = job.read_text("utf-8").replace('"permits-new.csv"', r'"\\\\nohost\\share\\x.csv"')
    job.write_text(text, "utf-8")
    said = console("check", job)

    assert said.returncode == 1
    assert b"share" in said.stderr


def test_a_status_is_read_whole_while_it_is_replaced(tmp_path):
    task = BackgroundTask(tmp_path)
    task.write(STATUS, {"time": 0, "stage": "x"})
    over = threading.Event()
    failures = []

    def write():
        count = 0
        while not over.is_set():
            count += 1
            try:
                task.write(STATUS, {"time": count, "stage": "x" * 2000})
            except OSError as error:
                failures.append(error)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        found = [_status(task) for _ in range(800)]
    finally:
        over.set()
        writer.join()

    assert failures == []
    assert all(status.stage.startswith("x") for status in found)


def _status(task):
    time.sleep(0.002)  # far more often than any page or button asks
    return task.status


def test_an_exclusively_opened_status_is_read_once_it_is_free(tmp_path):
    task = BackgroundTask(tmp_path)
    task.write(STATUS, {"time": 7})
    with opened_alone(tmp_path / STATUS):
        found = []
        reader = threading.Thread(target=lambda: found.append(task.status))
        reader.start()
        reader.join(0.3)
        assert reader.is_alive()
    reader.join(10)

    assert [status.time for status in found] == [7]
