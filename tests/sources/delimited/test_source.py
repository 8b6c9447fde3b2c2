"""Delimited files: well-formed files are read exactly, and every fault has its row number."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sodasheet.errors import Cancelled, SourceError, UsageProblem
from sodasheet.model.finding import Severity
from sodasheet.model.job import SourceSpec
from sodasheet.model.progress import Silent
from sodasheet.sources import open_source
from sodasheet.sources.fault_log import FAULTS

Lay = Callable[..., Any]

TWO = ["Column 1", "Column 2"]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a,b\n1,2\n3,4\n", [(2, ["1", "2"]), (3, ["3", "4"])]),
        ("a,b\r\n1,2\r\n3,4", [(2, ["1", "2"]), (3, ["3", "4"])]),
        ("a,b\r1,2\r3,4\r", [(2, ["1", "2"]), (3, ["3", "4"])]),
        ("a,b\n1,2\r\n3,4\r5,6", [(2, ["1", "2"]), (3, ["3", "4"]), (4, ["5", "6"])]),
        ('a,b\n"1,1","say ""hi"""\n', [(2, ["1,1", 'say "hi"'])]),
        ('a,b\n"x\ny\r\nz",2\n3,4\n', [(2, ["x\ny\r\nz", "2"]), (3, ["3", "4"])]),
        ("a,b\n\n1,2\n\n\n3,4\n\n", [(3, ["1", "2"]), (6, ["3", "4"])]),
        ("a,b\n   \n1,2\n", [(3, ["1", "2"])]),
        ("\n\na,b\n1,2\n", [(4, ["1", "2"])]),
        ("a,b\n 1, x \n,\n", [(2, [" 1", " x "]), (3, ["", ""])]),
        ('a,b\n5" pipe,6\n', [(2, ['5" pipe', "6"])]),
        ("a,b\n1,2,,\n", [(2, ["1", "2"])]),
        ("a,b\n\ufeff1,\u2028x\x0b\n", [(2, ["\ufeff1", "\u2028x\x0b"])]),
        ("\ufeffa,b\n😀,é\n", [(2, ["😀", "é"])]),
        ("a,b\n", []),
        ("a,b", []),
    ],
)
def test_rows_keep_their_cells_and_have_the_numbers_that_excel_shows(
    laid: Lay, text: str, rows: list[Any]
) -> None:
    found = laid(text)

    assert found.headers == ["a", "b"]
    assert found.rows == rows
    assert found.spool.rows == len(rows)
    assert found.faults == []


def _lines(data: bytes) -> list[tuple[int, bytes]]:
    """Return the physical lines of a file with their numbers."""
    return list(enumerate(data.splitlines(), 1))


@pytest.mark.parametrize(
    ("data", "faults"),
    [
        (b"a,b\n1\n3,4\n", [(2, "", "too-few-cells", "1")]),
        (b"a,b\n1,2,3\n3,4\n", [(2, "", "too-many-cells", "1,2,3")]),
        (
            b"a,b\n1,x\ry\n3,4\n",
            [(2, "", "split-row", "1,x"), (3, "", "too-few-cells", "y")],
        ),
        (
            b"a,b\nx\ry,2\n3,4\n",
            [(2, "", "too-few-cells", "x"), (3, "", "split-row", "y,2")],
        ),
        (b"a,b\n1,x\ry", [(2, "", "split-row", "1,x"), (3, "", "too-few-cells", "y")]),
        (b"a,b\rx\r3,4\r", [(2, "", "too-few-cells", "x")]),
        (b"a,b\n3,4\r\r\nx\r\r\n", [(4, "", "too-few-cells", "x")]),
        (b"a,b\nx\0y,2\n3,4\n", [(2, "", "nul", "x\u2400y,2")]),
        ("a,b\né,2\n3,4\n".encode() + b"\xff,5\n", [(4, "", "undecodable", "\ufffd,5")]),
        (b'a,b\n"x"y,2\n3,4\n', [(2, "", "text-after-quote", '"x"y,2')]),
        (
            b'a,b\n1,2\n"x,2\n3,4\n',
            [(3, "", "unclosed-quote", '"x,2'), (4, "", "after-broken-quote", "3,4")],
        ),
        (
            b'a,b\n"x\ny"z,2\n3,4\n',
            [(2, "", "text-after-quote", '"x'), (3, "", "after-broken-quote", 'y"z,2')],
        ),
    ],
)
def test_a_row_that_cannot_be_read_is_a_fault_with_its_row(
    laid: Lay, data: bytes, faults: list[Any]
) -> None:
    found = laid(data)

    assert found.faults == faults
    assert {reason for _, _, reason, _ in faults} <= FAULTS.keys()
    taken = {row for row, *_ in found.rows} | {row for row, *_ in faults}
    assert taken == {number for number, line in _lines(data) if number > 1 and line.strip()}
    assert all(row not in dict(found.rows) for row, *_ in faults)


def test_after_a_broken_row_the_next_ones_are_read(laid: Lay) -> None:
    found = laid('a,b\n"x"y,2\n3,4\n5\n6,7\n')

    assert found.rows == [(3, ["3", "4"]), (5, ["6", "7"])]
    assert found.reasons == [(2, "text-after-quote"), (4, "too-few-cells")]


def test_a_row_of_megabytes_is_a_fault_and_the_next_row_is_read(laid: Lay) -> None:
    found = laid("a,b\n" + "x" * 4_000_000 + ",1\n2,3\n")

    assert found.reasons == [(2, "too-long")]
    assert len(found.faults[0][3]) == 200
    assert found.rows == [(3, ["2", "3"])]


def test_a_row_that_grows_too_long_in_utf8_is_a_fault(laid: Lay) -> None:
    found = laid("a,b\n" + "é" * 1_200_000 + ",1\n2,3\n")

    assert found.reasons == [(2, "too-long")]
    assert found.rows == [(3, ["2", "3"])]


def test_an_unclosed_quote_does_not_swallow_the_rest_of_a_big_file(laid: Lay) -> None:
    line = "x" * 99 + ",1\n"
    found = laid('a,b\n"open,1\n' + line * 30_000)

    assert found.reasons[0] == (2, "unclosed-quote")
    assert {reason for _, reason in found.reasons[1:]} == {"after-broken-quote"}
    assert len(found.rows) + len(found.faults) == 30_001
    assert len(found.rows) > 10_000


def test_a_hundred_thousand_faults_are_all_listed(laid: Lay) -> None:
    began = time.perf_counter()

    found = laid(b"a,b\n" + b"1\n\xff,2\n1,2,3\n\0,1\n" * 25_000, encoding="utf-8")

    assert len(found.faults) == 100_000
    assert time.perf_counter() - began < 10


def test_every_fault_has_a_sentence_and_a_remedy() -> None:
    for fault in FAULTS.values():
        assert fault.message.endswith(".")
        assert fault.remedy.endswith(".")


@pytest.mark.parametrize(
    ("options", "text", "headers", "rows"),
    [
        ({"header_row": 3}, 'A "title\nmade 2024\na,b\n1,2\n', ["a", "b"], [(4, ["1", "2"])]),
        ({"header_row": 0}, "1,2\n3,4\n", TWO, [(1, ["1", "2"]), (2, ["3", "4"])]),
        ({"header_row": 0}, "\ufeff1,2\n", TWO, [(1, ["1", "2"])]),
        ({"skip": 2}, 'x,"y\nz"\nt\na,b\n1,2\n', ["a", "b"], [(5, ["1", "2"])]),
        ({"skip": 1}, "x\n\na,b\n1,2\n", ["a", "b"], [(4, ["1", "2"])]),
        ({"skip": 1, "header_row": 0}, '"x\ny",z\n1,2\n', TWO, [(3, ["1", "2"])]),
        ({}, '"a\nb",c\n1,2\n', ["a b", "c"], [(2, ["1", "2"])]),
        ({"escape": "\\"}, 'a,b\n"x\\"y","\\\\"\n', ["a", "b"], [(2, ['x"y', "\\"])]),
        ({"escape": "\\"}, "a,b\nz\\,z,1\n", ["a", "b"], [(2, ["z,z", "1"])]),
        ({"quote": ""}, 'a,b\n"x,y"\n', ["a", "b"], [(2, ['"x', 'y"'])]),
        ({"quote": "'"}, "a,b\n'x,''y',\"\n", ["a", "b"], [(2, ["x,'y", '"'])]),
        ({"separator": "tab"}, "a,b\tc\n1\t2\n", ["a,b", "c"], [(2, ["1", "2"])]),
        ({"separator": "§"}, "a§b\n1§2\n", ["a", "b"], [(2, ["1", "2"])]),
        (
            {"encoding": "utf-16-le"},
            "a,b\n1,é\n".encode("utf-16-le"),
            ["a", "b"],
            [(2, ["1", "é"])],
        ),
        ({"encoding": "shift_jis"}, "a,b\n1,能\n".encode("sjis"), ["a", "b"], [(2, ["1", "能"])]),
    ],
)
def test_a_file_is_read_with_explicit_options(
    laid: Lay, options: dict[str, Any], text: bytes | str, headers: list[str], rows: list[Any]
) -> None:
    found = laid(text, **options)

    assert found.headers == headers
    assert found.rows == rows
    assert found.faults == []


def test_empty_trailing_headers_without_values_are_dropped(laid: Lay) -> None:
    found = laid("a,b,,\n1,2,,\n3,4\n")

    assert found.headers == ["a", "b"]
    assert found.rows == [(2, ["1", "2"]), (3, ["3", "4"])]
    assert found.notes == []


def test_empty_trailing_headers_with_values_are_columns(laid: Lay) -> None:
    found = laid("a,b,\n1,2,3\n")

    assert found.headers == ["a", "b", "Column 3"]
    assert found.rows == [(2, ["1", "2", "3"])]
    assert found.note("empty-header").severity is Severity.NOTE


def test_a_title_line_read_as_headers_is_noted(laid: Lay) -> None:
    found = laid("Permits of 2024\n" + "1,2,3\n" * 5)

    assert found.headers == ["Permits of 2024"]
    assert (
        "set the header row to the line that contains the headers"
        in found.note("header-elsewhere").remedy
    )


@pytest.mark.parametrize("end", ["\x1a", "\x1a\n", "\x1a\x1a\r\n"])
@pytest.mark.parametrize(("text", "cells"), [("a,b\n1,2\n", ["1", "2"]), ("a\nx\n", ["x"])])
def test_the_end_mark_of_dos_is_not_a_row(laid: Lay, text: str, cells: list[str], end: str) -> None:
    found = laid(text + end)

    assert (found.rows, found.faults) == ([(2, cells)], [])
    assert "Ctrl-Z" in found.note("end-mark").message


def test_a_guessed_encoding_is_noted_with_its_name(laid: Lay) -> None:
    found = laid("a,b\nCafé,Peña\n".encode("cp1252"))

    assert found.rows == [(2, ["Café", "Peña"])]
    assert "Windows-1252" in found.note("encoding-guessed").message


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"a,b\n1,2\n3,4\n", "plain"),
        (b"a,b\r\n1,2\r\n", "all lines end in CRLF"),
        (b"\xef\xbb\xbfa,b\n1,2\n", "a mark in the header line, which is skipped"),
        ("a,b\n\u00e9,\ufeff\n".encode(), "characters beyond ASCII"),
        (b'a,b\n"1,1","x""y"\n', "quotes"),
        (b"a\n1\n2\n", "one column"),
        (b'a,b\n1, "2"\n', "a blank before a quote, for the loader to judge"),
        (b'a,b\n"1" ,2\n', "a blank after a quote, for the loader to judge"),
    ],
)
def test_a_well_formed_file_is_its_own_spool(laid: Lay, text: bytes, reason: str) -> None:
    spool = laid(text, careful=False).spool

    assert not spool.numbered, reason
    assert spool.path.name == "x.csv"
    assert (spool.first_row, spool.skip) == (2, 1)
    assert spool.rows == text.count(b"\n") - 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"a,b\n\n1,2\n", "blank lines"),
        (b"a,b\r\n\r\n1,2\r\n", "blank lines"),
        (b"\na,b\n1,2\n", "a blank line before the headers"),
        (b"a,b\n1,2\r\n", "mixed line ends"),
        (b"a,b\r1,2\r", "line ends of old Macs"),
        (b"a,b\n\0,2\n", "a NUL"),
        (b"a,b\n\x81,2\n", "bytes that are not in any likely encoding"),
        (b'a,b\n"1" "2",3\n', "a cell that ends and begins again"),
        (b"a,b,\n1,2,\n", "empty headers at the end"),
        (b'"a\nb",c\n1,2\n', "a header of two lines"),
    ],
)
def test_a_malformed_file_is_copied_with_care(laid: Lay, text: bytes, reason: str) -> None:
    assert laid(text, careful=False).spool.numbered, reason


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"escape": "\\"}, "an escape character that occurs"),
        ({"separator": "é"}, "a separator that quick readers do not know"),
    ],
)
def test_options_may_require_the_careful_reader(
    laid: Lay, options: dict[str, Any], reason: str
) -> None:
    data = "\ufeffa,b\\éc\n1,2é3\n".encode()

    assert laid(data, careful=False, **options).spool.numbered, reason


def test_both_readers_report_the_hash_of_the_file(laid: Lay) -> None:
    import hashlib

    data = b"a,b\n1,2\n"
    expected = hashlib.sha256(data).hexdigest()

    assert laid(data).spool.sha256 == expected
    assert laid(data, careful=False).spool.sha256 == expected


@pytest.mark.parametrize(
    ("data", "options", "sentence"),
    [
        (b"", {}, "x.csv is empty. Export it again"),
        (b"\xef\xbb\xbf", {}, "x.csv is empty."),
        (b"\n\r\n\n", {}, "x.csv is empty."),
        (b"a,b\n", {"header_row": 5}, "x.csv has 1 line, so its headers cannot be on line 5."),
        (b"a,b\n", {"skip": 5}, "x.csv has no records after the first 5, which"),
        (b'"a,b\n1,2\n', {}, "The headers on line 1 of x.csv have broken quotes."),
        (b"a\0,b\n1,2\n", {}, "The headers on line 1 of x.csv are not text"),
    ],
)
def test_a_file_without_headers_is_refused(
    laid: Lay, data: bytes, options: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(SourceError) as caught:
        laid(data, **options)

    assert str(caught.value).startswith(sentence)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"encoding": "utf-9"}, "'utf-9' is not a known encoding."),
        ({"encoding": "rot13"}, "'rot13' is not a known encoding."),
        ({"encoding": "idna"}, "'idna' is not a known encoding."),
        ({"separator": ",,"}, "',,' cannot be the separator of a delimited file."),
        ({"separator": "\n"}, "'\\n' cannot be the separator of a delimited file."),
        ({"quote": "''"}, "\"''\" cannot be the quote of a delimited file."),
        ({"separator": '"'}, "Separator, quote and escape cannot be the same character."),
        ({"header_row": -1}, "The header row cannot be -1."),
    ],
)
def test_impossible_options_are_usage_errors(
    laid: Lay, options: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(UsageProblem) as caught:
        laid(b"a,b\n1,2\n", **options)

    assert str(caught.value).startswith(sentence)


class Watcher(Silent):
    """Progress that calls a function at each step."""

    def __init__(self, act: Callable[[], None]) -> None:
        self.act = act
        self.stages: list[tuple[str, int | None]] = []
        self.bytes = 0

    def begin(self, stage: str, total: int | None = None) -> None:
        self.stages.append((stage, total))

    def advance(self, amount: int) -> None:
        self.bytes += amount
        self.act()


def _spool(path: Path, progress: Silent, *, careful: bool) -> None:
    source = open_source(SourceSpec(path=path.name), path.parent)
    source.spool(path.parent, progress, careful=careful)


@pytest.mark.parametrize("careful", [False, True])
def test_a_file_that_grows_while_being_read_is_refused(tmp_path: Path, careful: bool) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"a,b\n" + b"1,2\n" * 1000)

    def append() -> None:
        with path.open("ab") as file:
            file.write(b"3,4\n")

    with pytest.raises(SourceError, match=r"x\.csv changed while being read\. Wait until"):
        _spool(path, Watcher(append), careful=careful)


@pytest.mark.parametrize("careful", [False, True])
def test_stop_ends_the_reading(tmp_path: Path, careful: bool) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"a,b\n" + b"1,2\n" * 1000)
    watcher = Watcher(lambda: setattr(watcher, "stop", True))

    with pytest.raises(Cancelled, match=r"Stopped while reading x\.csv\. Nothing was sent\."):
        _spool(path, watcher, careful=careful)


def test_progress_counts_every_byte_of_both_passes(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"a,b\n" + b"1,2\n" * 1000)
    watcher = Watcher(lambda: None)

    _spool(path, watcher, careful=True)

    assert watcher.stages == [("Scanning x.csv", 4004), ("Reading x.csv", 4004)]
    assert watcher.bytes == 2 * 4004


def test_a_full_disk_is_reported(tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("This system has no device that is always full.")
    (tmp_path / "x.csv").write_bytes(b"a,b\n\n1,2\n")
    folder = tmp_path / "spool"
    folder.mkdir()
    (folder / "spool.csv").symlink_to("/dev/full")

    with pytest.raises(SourceError, match=r"The disk is full.*Free some space"):
        open_source(SourceSpec(path="x.csv"), tmp_path).spool(folder, Silent())
