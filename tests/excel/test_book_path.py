"""Paths of workbooks that Excel knows by a web address."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sodasheet.excel import book_path
from sodasheet.excel.book_path import host_of_path, is_network_path, local_path, path_of

SITE = "https://agency-it.sharepoint-mil.us/teams/Data/Shared Documents"


def book(full_name: str) -> Any:
    class Guarded:
        """xlwings' own `fullname` would probe folders that a sheet of the workbook names."""

        api = SimpleNamespace(FullName=full_name)
        name = full_name.rpartition("/")[2]

        @property
        def impl(self) -> Any:
            raise AssertionError("xlwings was asked for the path")

    return Guarded()


@pytest.fixture
def synced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library of a hyphenated tenant and a nested library, synced to separate folders."""
    (tmp_path / "Data" / "2024").mkdir(parents=True)
    (tmp_path / "Inner").mkdir()
    (tmp_path / "Data" / "2024" / "Permits ä.xlsx").touch()
    (tmp_path / "Inner" / "Fees.xlsx").touch()
    mounts = [(f"{SITE}/", str(tmp_path / "Data")), (f"{SITE}/Fees/", str(tmp_path / "Inner"))]
    monkeypatch.setattr(book_path, "mounts", lambda: mounts)
    return tmp_path


def test_a_path_is_taken_as_excel_gives_it() -> None:
    assert path_of(book(r"C:\data\a.xlsx")) == r"C:\data\a.xlsx"
    assert path_of(book("Book1")) == "Book1"


@pytest.mark.parametrize(
    ("address", "file"),
    [
        (f"{SITE}/2024/Permits ä.xlsx", "Data/2024/Permits ä.xlsx"),
        (f"{SITE.replace(' ', '%20')}/2024/Permits%20%C3%A4.xlsx", "Data/2024/Permits ä.xlsx"),
        (f"{SITE}/Fees/Fees.xlsx", "Inner/Fees.xlsx"),
        (f"{SITE.upper()}/fees/Fees.xlsx", "Inner/Fees.xlsx"),
    ],
)
def test_the_synced_file_behind_an_address_is_found(synced: Path, address: str, file: str) -> None:
    assert path_of(book(address)) == str(synced / file)


@pytest.mark.parametrize(
    "address",
    [
        f"{SITE}/2023/Permits.xlsx",
        "https://other.sharepoint.com/sites/x/a.xlsx",
        f"{SITE}-other/2024/Permits ä.xlsx",
        f"{SITE}/../Inner/Fees.xlsx",
        f"{SITE}/%2e%2e/Inner/Fees.xlsx",
        f"{SITE}/..%5cInner%5cFees.xlsx",
    ],
)
def test_an_address_that_is_not_synced_stays_an_address(synced: Path, address: str) -> None:
    assert path_of(book(address)) == address


def test_only_the_one_path_is_looked_at(synced: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[Path] = []
    monkeypatch.setattr(Path, "is_file", lambda path: looked.append(path) or False)

    local_path(f"{SITE}/2024/gone.xlsx", book_path.mounts())

    assert looked == [synced / "Data" / "2024" / "gone.xlsx"]


@pytest.mark.parametrize(
    ("path", "network"),
    [(r"\\Host\share\a.csv", True), ("//host/share/a.csv", True), (r"C:\a.csv", False),
     ("/data/a.csv", False), ("a.csv", False), (r"\\?\UNC\host\share", True)],
)  # fmt: skip
def test_a_path_to_another_computer_is_known(path: str, network: bool) -> None:
    assert is_network_path(path) is network


def test_the_computer_of_a_path_is_named() -> None:
    assert host_of_path(r"\\FileServer\x\a.csv") == "fileserver"
