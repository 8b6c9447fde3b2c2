"""Pushes of closed workbooks send percentages and hyperlinks as displayed."""

from __future__ import annotations

from dataclasses import replace

import xlsxwriter

from sodasheet.model.job import SourceSpec

from ..conftest import Bench


def test_a_percentage_and_the_address_behind_a_text_are_sent(bench: Bench) -> None:
    bench.make_of({"id": "text", "share": "percent", "rate": "number", "page": "url"}, "id")
    with xlsxwriter.Workbook(bench.folder / "b.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Id", "Share", "Rate", "Page"])
        share = book.add_format({"num_format": "0%"})
        for row, value in ((1, 0.45), (2, 1.2)):
            sheet.write(row, 0, f"a{row}")
            sheet.write_row(row, 1, [value, value], share)
            sheet.write_url(row, 3, f"https://a.gov/{row}", string=f"Permit {row}")
    job = bench.job("replace", "id share rate page")
    job = replace(job, source=SourceSpec("workbook", "b.xlsx"))

    report = bench.push(job)

    assert report.outcome == "done"
    assert [note.reason for note in report.findings if note.reason == "percent-numbers"] == []
    assert bench.rows("id") == [
        {"id": "a1", "share": "45", "rate": "0.45",
         "page": {"url": "https://a.gov/1", "description": "Permit 1"}},
        {"id": "a2", "share": "120", "rate": "1.2",
         "page": {"url": "https://a.gov/2", "description": "Permit 2"}},
    ]  # fmt: skip
