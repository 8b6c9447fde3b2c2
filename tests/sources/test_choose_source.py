"""Choose the source of a file by name and content."""

from __future__ import annotations

import errno
import gzip
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from sodasheet.errors import SourceError, UsageProblem
from sodasheet.model.job import SourceSpec
from sodasheet.model.progress import Silent
from sodasheet.sources import open_source, source_spec
from sodasheet.sources.source_file import source_problem

Lay = Callable[..., Any]


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.csv", "file"), ("A.TSV", "file"), ("a.txt", "file"), ("a.tab", "file")]
    + [(f"a.{suffix}", "workbook") for suffix in ("xlsx", "xlsm", "xlsb", "xls", "ods")],
)
def test_the_extension_says_the_kind(name: str, kind: str) -> None:
    spec = source_spec(name, SourceSpec(encoding="utf-16"))

    assert (spec.kind, spec.path, spec.encoding) == (kind, name, "utf-16")


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        (SourceSpec(path="a.json"), "a.json isn't a supported file type. Use a delimited file"),
        (SourceSpec(path="README"), "README isn't a supported file type."),
        (SourceSpec(path="~$a.xlsx"), "~$a.xlsx is the lock file that Excel keeps next to an open"),
        (SourceSpec(path=""), "The source has no path."),
        (SourceSpec(path="a\0.csv"), "The source has no path."),
        (SourceSpec(kind="active"), "The job reads the active sheet, which is possible"),
    ],
)
def test_an_unsupported_source_is_a_usage_error(
    tmp_path: Path, spec: SourceSpec, sentence: str
) -> None:
    with pytest.raises(UsageProblem) as caught:
        open_source(spec, tmp_path)

    assert str(caught.value).startswith(sentence)


def test_a_relative_path_counts_from_the_base(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "x.csv").write_text("a,b\n1,2\n")

    source = open_source(SourceSpec(path="data/x.csv"), tmp_path)

    assert source.name == "x.csv"
    assert source.spool(tmp_path, Silent()).rows == 1


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"There is no file .*gone\.csv\. Check the path"):
        open_source(SourceSpec(path="gone.csv"), tmp_path)


def test_a_close_file_name_is_suggested(tmp_path: Path) -> None:
    (tmp_path / "Permits.csv").write_text("a\n1\n")

    with pytest.raises(SourceError, match=r"; the folder has Permits\.csv\.$"):
        open_source(SourceSpec(path="permit.csv"), tmp_path)
    with pytest.raises(SourceError, match=r": there is no folder .*gone\.$"):
        open_source(SourceSpec(path="gone/permits.csv"), tmp_path)


def test_a_folder_without_an_extension_is_reported_as_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "permits").mkdir()
    monkeypatch.chdir(tmp_path)

    with pytest.raises(
        UsageProblem, match=r"permits is a folder, not a file\. Choose a file inside"
    ):
        source_spec("permits")


def test_a_folder_is_no_source(tmp_path: Path) -> None:
    (tmp_path / "x.csv").mkdir()

    with pytest.raises(SourceError, match=r"x\.csv is a folder, not a file"):
        open_source(SourceSpec(path="x.csv"), tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="This system has no named pipes.")
def test_a_pipe_is_no_source_and_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.csv")

    with pytest.raises(SourceError, match="is a device, not a file"):
        open_source(SourceSpec(path="x.csv"), tmp_path)


def _windows_error(number: int, kind: type[OSError] = OSError) -> OSError:
    error = kind(errno.EACCES, "as Windows says it")
    error.winerror = number  # type: ignore[attr-defined]
    return error


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (PermissionError(errno.EACCES, "denied"), "You don't have permission to read /s/x.csv."),
        (_windows_error(5, PermissionError), "You don't have permission to read /s/x.csv."),
        (_windows_error(32, PermissionError), "/s/x.csv is locked by another program. Close it"),
        (_windows_error(33, PermissionError), "/s/x.csv is locked by another program."),
        (FileNotFoundError(errno.ENOENT, "gone"), "There is no file /s/x.csv."),
        (NotADirectoryError(errno.ENOTDIR, "no"), "There is no file /s/x.csv."),
        (_windows_error(53, FileNotFoundError), "The network share of /s/x.csv cannot be reached."),
        (_windows_error(64), "The network share of /s/x.csv cannot be reached."),
        (_windows_error(67, FileNotFoundError), "The network share of /s/x.csv cannot be reached."),
        (OSError(errno.ENETUNREACH, "net"), "The network share of /s/x.csv cannot be reached."),
        (OSError(errno.EHOSTDOWN, "host"), "The network share of /s/x.csv cannot be reached."),
        (OSError(errno.ESTALE, "stale"), "The network share of /s/x.csv cannot be reached."),
        (TimeoutError(errno.ETIMEDOUT, "late"), "The network share of /s/x.csv cannot be reached."),
        (OSError(errno.ENOSPC, "full"), "The disk is full: there is no space for the working copy"),
        (_windows_error(112), "The disk is full: there is no space for the working copy of x.csv."),
        (IsADirectoryError(errno.EISDIR, "dir"), "/s/x.csv is a folder, not a file."),
        (OSError(errno.EIO, "Input/output error"), "/s/x.csv cannot be read: Input/output error."),
    ],
)
def test_each_system_error_has_a_sentence(error: OSError, sentence: str) -> None:
    path = Path("/s/x.csv")

    problem = source_problem(path, error)

    assert str(problem).startswith(sentence.replace("/s/x.csv", str(path)))
    assert problem.remedy.endswith(".")


def test_a_missing_file_on_a_share_may_be_the_share() -> None:
    problem = source_problem(Path("//server/share/x.csv"), FileNotFoundError(errno.ENOENT, ""))

    assert "or its share cannot be reached" in str(problem)


def test_text_in_a_file_named_xls_is_read_as_text_with_a_note(laid: Lay) -> None:
    found = laid("a\tb\n1\t2\n", name="export.xls")

    assert found.rows == [(2, ["1", "2"])]
    assert found.note("content-differs").message.startswith("export.xls is plain text")


def test_a_workbook_named_csv_is_read_as_a_workbook_with_a_note(
    tmp_path: Path, spooled: Lay
) -> None:
    with xlsxwriter.Workbook(tmp_path / "b.xlsx") as book:
        book.add_worksheet().write_column(0, 0, ["a", 1])
    (tmp_path / "b.xlsx").rename(tmp_path / "b.csv")

    found = spooled("b.csv")

    assert found.rows == [(2, ["1"])]
    assert found.note("content-differs").message.startswith("b.csv is a workbook")


def test_text_has_no_sheets(laid: Lay) -> None:
    with pytest.raises(SourceError, match="is plain text, which has no sheets"):
        laid("a\tb\n1\t2\n", name="export.xls", sheet="Permits")


def _zip(path: Path, member: str) -> bytes:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(member, "x")
    return path.read_bytes()


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("x.xls", b"<html><table></table></html>", "x.xls is a web page, not a workbook"),
        ("x.csv", b"\xef\xbb\xbf\r\n<!DOCTYPE HTML>", "x.csv is a web page"),
        ("x.xls", b'<?xml version="1.0"?><Workbook/>', "x.xls is an XML file"),
        ("x.csv", b"%PDF-1.7", "x.csv is a PDF document"),
        ("x.csv", gzip.compress(b"a,b", mtime=0), "x.csv is a gzip archive"),
        ("x.xlsx", "plain.txt", "x.xlsx is a zip archive, not a workbook. Choose the workbook"),
        ("x.xlsx", "word/document.xml", "x.xlsx is a Word document, not a workbook."),
        ("x.xlsx", b"PK\x03\x04 and no more", "The workbook x.xlsx is damaged"),
        ("x.xlsx", b"", "x.xlsx is empty."),
    ],
)
def test_other_file_types_are_named(
    tmp_path: Path, laid: Lay, name: str, data: bytes | str, sentence: str
) -> None:
    content = _zip(tmp_path / "made", data) if isinstance(data, str) else data

    with pytest.raises(SourceError) as caught:
        laid(content, name=name)

    assert str(caught.value).startswith(sentence)
