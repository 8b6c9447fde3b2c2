"""Pushes whose CSV is the file's own lines."""

from __future__ import annotations

from typing import Any

import pytest

from sodasheet.model.report import Outcome
from sodasheet.portal.publishing import target_columns, upload_file

ROWS = (
    ["Id", "Name", "Amount", "Day"],
    ["a", "Zoë", "1.50", "2024-01-31"],
    ["b", "x", "", "2024-02-29"],
)
KINDS = {"id": "text", "name": "text", "amount": "number", "day": "calendar_date"}


@pytest.fixture
def bodies(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Return a list to which every upload is added."""
    found: list[bytes] = []
    upload = upload_file.UploadSource.upload

    def noted(self: Any, pieces: Any, *more: Any) -> None:
        whole = b"".join(pieces)
        found.append(whole)
        upload(self, [whole], *more)

    monkeypatch.setattr(upload_file.UploadSource, "upload", noted)
    return found


def prepared(bench: Any, rows: tuple[list[str], ...] = ROWS) -> Any:
    bench.make_of(KINDS, "id")
    bench.source(*rows)
    return bench.job("replace", "id name amount day", max_rejected=1)


def test_lines_land_as_they_are(bench: Any, bodies: list[bytes]) -> None:
    job = prepared(bench)

    report = bench.push(job, transport="publishing")

    assert report.outcome is Outcome.DONE
    below = (bench.folder / "fees.csv").read_bytes().split(b"\r\n", 1)[1]
    assert bodies == [b'"id","name","amount","day"\r\n' + below]
    assert bench.rows() == [
        {"id": "a", "name": "Zoë", "amount": "1.50", "day": "2024-01-31T00:00:00.000"},
        {"id": "b", "name": "x", "day": "2024-02-29T00:00:00.000"},
    ]


def test_an_error_of_the_portal_names_the_row_of_the_source(
    bench: Any, bodies: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The portal is made to read another column as numbers than the check did."""
    job = prepared(bench)
    transform = target_columns.transform

    def refused(kind: str, name: str, suffix: str = "") -> str:
        if name != "name":
            return transform(kind, name, suffix)
        return "case(`name` = 'x', error('no'), true, `name`)"

    monkeypatch.setattr(target_columns, "transform", refused)

    report = bench.push(job, transport="publishing")

    assert report.outcome is Outcome.REJECTS
    assert [(row.row, row.column) for row in report.rejects.rows] == [(3, "name")]
    assert [body.split(b",", 1)[0] for body in bodies] == [b'"id"', b'"sodasheet_row"']
    assert [row["id"] for row in bench.rows()] == ["a"]
