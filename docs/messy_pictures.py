"""Takes the pictures of the pages about messy files: the file, what is suggested, what is sent.

    python docs/messy_pictures.py

Everything in a picture is computed by the program itself; a test compares its sentences with those
on the page. Chromium has to be installed.
"""

from __future__ import annotations

import csv
import html
import io
import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

DOCS = Path(__file__).parent
PICTURES = DOCS / "pictures" / "messy"
sys.path.insert(0, str(DOCS.parent / "tests" / "corpus"))

from messy_cases import CLERKS, Case, clerks_report, workbook  # noqa: E402 - found by the path above
from messy_score import Trial, trials  # noqa: E402


def _file(name: str, text: str, columns: dict[str, str]) -> Case:
    return Case(name, text.encode(), columns)


_STATUS = ["Open"] * 7 + ["Closed"] * 5
_WORDS = ["Open", "Closed", "Opne", "Open", "OPEN", *_STATUS]

#: The example of each page.
SCENES = (
    _file(
        "codes",
        'Permit,ZIP\nP-1,6101\nP-2,06103\nP-3,"=""06105"""\nP-4,6106\n',
        {"permit": "text", "zip": "text"},
    ),
    _file(
        "headers",
        "Fees of 2024,,,,\n,,,,\nTown,Homes,,Shops,\n,Fee,Count,Fee,Count\n"
        "Avon,120,3,200,1\nBolton,80,2,310,4\nCanton,95,2,150,1\n",
        {
            "town": "text",
            **dict.fromkeys(("homes_fee", "homes_count", "shops_fee", "shops_count"), "number"),
        },
    ),
    _file(
        "missing-values",
        "Town,Inspected,Fee\nAvon,2024-01-31,120\nBolton,TBD,N/A\nCanton,2024-02-15,-\n"
        "Derby,2024-02-16,85\n",
        {"town": "text", "inspected": "calendar_date", "fee": "number"},
    ),
    _file(
        "numbers-and-dates",
        'Town,Opened,Fee\nAvon,1/31/2024,"$1,200.50"\nBolton,"Feb. 1, 2024",$80\n'
        "Canton,2/15/2024,($95.00)\nDerby,see note,$60\n",
        {"town": "text", "opened": "calendar_date", "fee": "number"},
    ),
    _file(
        "rows",
        "Town,Year,Fee\nAvon,2024,120\nBolton,2024,80\nTotal,,200\n,,\nSource: town clerks,,\n",
        {"town": "text", "year": "number", "fee": "number"},
    ),
    _file(
        "split-and-combine",
        'Permit,Owner Name,Street,Town,State,Zip\nP-1,"Lee, Ann",1 Main St,Avon,CT,06001\n'
        'P-2,"de la Cruz, Eva",22 Elm St,Bolton,CT,06043\n',
        {
            "permit": "text",
            "owner_first_name": "text",
            "owner_last_name": "text",
            "site": "location",
        },
    ),
    _file(
        "words",
        "Permit,Status\n" + "".join(f"P-{at},{word}\n" for at, word in enumerate(_WORDS, 1)),
        {"permit": "text", "status": "text"},
    ),
    workbook("workbooks", clerks_report, CLERKS),
)

_STYLE = """
body { font: 15px/1.45 "DejaVu Sans", Arial, sans-serif; color: #1b2733; margin: 18px;
       width: 860px }
h2 { font-size: 15px; margin: 14px 0 6px }
table { border-collapse: collapse; background: #fff }
td, th { border: 1px solid #c8d0d8; padding: 2px 10px; text-align: left; font-weight: normal }
th { background: #eef1f4; color: #52606d }
td { white-space: pre }
li { margin: 3px 0 }
"""

#: Rows of a long file that are shown.
_SHOWN = 8


@dataclass(frozen=True)
class Picture:
    """The example of a page: its name, the sentences of the suggestions, and the HTML."""

    name: str
    sentences: tuple[str, ...]
    page: str


def picture(case: Case) -> Picture:
    """Return the picture of a page."""
    _, after = trials(case)
    sentences = tuple(
        f"{one.column}: {one.message}" if one.column else one.message for one in after.suggestions
    )
    return Picture(case.name, sentences, _page(case, sentences, after))


def _page(case: Case, sentences: Sequence[str], after: Trial) -> str:
    fields = list(case.columns)
    sent = [[_shown(row.get(field)) for field in fields] for row in after.rows]
    listed = "".join(f"<li>{html.escape(one)}</li>" for one in sentences)
    left = ", ".join(sorted({*after.reasons} & {"not-a-date", "not-a-number"}))
    more = f"<p>Rows with other findings stay behind ({left}).</p>" if left else ""
    return (
        f"<!doctype html><meta charset=utf-8><style>{_STYLE}</style>"
        f"<h2>The file</h2>{_table(_cells(case), numbered=True)}"
        f"<h2>Suggestions</h2><ul>{listed}</ul>"
        f"<h2>Sent after you accept</h2>{_table([fields, *sent])}{more}"
    )


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(json.loads(value["human_address"]).values())
    return "" if value is None else str(value).removesuffix("T00:00:00.000")


def _cells(case: Case) -> list[list[str]]:
    if case.file.endswith(".csv"):
        return list(csv.reader(io.StringIO(case.data.decode(), newline="")))
    from python_calamine import CalamineWorkbook

    from sodasheet.sources.grid.cell_text import cell_text

    sheet = CalamineWorkbook.from_filelike(io.BytesIO(case.data)).get_sheet_by_index(0)
    return [["" if cell == "" else cell_text(cell) for cell in row] for row in sheet.iter_rows()]


def _table(rows: Sequence[Sequence[str]], *, numbered: bool = False) -> str:
    lines = []
    for at, row in enumerate(rows[:_SHOWN], 1):
        head = f"<th>{at}</th>" if numbered else ""
        mark = "th" if not numbered and at == 1 else "td"
        cells = "".join(f"<{mark}>{html.escape(cell)}</{mark}>" for cell in row)
        lines.append(f"<tr>{head}{cells}</tr>")
    if (more := len(rows) - _SHOWN) > 0:
        lines.append(f"<tr><td colspan=9>and {more} more</td></tr>")
    return f"<table>{''.join(lines)}</table>"


def main() -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("Chromium is not installed.")
    PICTURES.mkdir(exist_ok=True)
    for one in map(picture, SCENES):
        target = PICTURES / f"{one.name}.png"
        with TemporaryDirectory() as folder:
            photograph(one, target, chromium, Path(folder))
        print(target.relative_to(DOCS))


def photograph(one: Picture, target: Path, chromium: str, folder: Path) -> None:
    """Take a picture of a page; its HTML and the profile of Chromium go to the folder."""
    page = folder / f"{one.name}.html"
    page.write_text(one.page, "utf-8")
    subprocess.run(  # noqa: S603 - our own page
        [
            chromium, "--headless", "--no-sandbox", "--hide-scrollbars",
            f"--user-data-dir={folder}/profile", f"--screenshot={target}",
            f"--window-size=920,{height(one.page)}", page.as_uri(),
        ],
        check=True, capture_output=True, timeout=60,
    )  # fmt: skip


def height(page: str) -> int:
    """Return about the height of a page, in pixels."""
    lines = [line.partition("</li>")[0] for line in page.split("<li>")[1:]]
    wrapped = sum(len(line) // 105 for line in lines) + 2 * page.count("<p>")
    return 152 + 27 * page.count("<tr>") + 25 * page.count("<li>") + 22 * wrapped


if __name__ == "__main__":
    main()
