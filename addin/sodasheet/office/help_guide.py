"""templates/guide.html: the guide for the Help button, built from the ribbon and the sheets.

One page without scripts that a browser opens from the disk, so that it is there without a network.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from importlib.resources import files
from xml.etree import ElementTree

from sodasheet.office.sheets import mapping_choices_and_hints

NAME = "guide.html"

_RIBBON = "{http://schemas.microsoft.com/office/2006/01/customui}"

_STEPS = (
    "Press Sign in once, and save an API key for your portal.",
    "Go to the sheet with your data, press Choose dataset, then type part of the dataset's name or "
    "paste its web address.",
    "Look at the mapping sheet. Correct the cream cells where needed; the line Next step says what "
    "is missing.",
    "Press Check data. Each problem is listed on the results sheet with its row and what to do.",
    "Press Preview changes to see what a push would change.",
    "Press Push. The results sheet says what happened to the rows. Undo last push restores the "
    "earlier rows.",
)
_LEVELS = (
    ("Stop", "The push cannot run until this is fixed."),
    ("Ask", "Rows are left out, or the push waits for your answer. A scheduled run stops."),
    ("Note", "Worth knowing. There is nothing to do."),
    ("OK", "Nothing was found."),
)
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;color:#1F2A37;max-width:60rem;margin:2rem auto;"
    "padding:0 1rem}h1,h2{color:#1F3A5F}table{border-collapse:collapse;width:100%}"
    "td,th{border-bottom:1px solid #D5DCE4;padding:.4rem .6rem;text-align:left;vertical-align:top}"
    "th{color:#4A5560}"
)


def guide() -> bytes:
    """Return the page, the same bytes at every build."""
    ribbon = ElementTree.fromstring(files("sodasheet.vba").joinpath("ribbon.xml").read_bytes())  # noqa: S314
    buttons = [
        (one.get("label", ""), f"Alt, SD, {one.get('keytip')}", one.get("supertip", ""))
        for one in ribbon.iter(f"{_RIBBON}button")
    ]
    cells = [
        (title, entry.hint)
        for title, entry in {
            **mapping_choices_and_hints.CELLS,
            **mapping_choices_and_hints.COLUMNS,
        }.items()
    ]
    parts = (
        "<h1>SodaSheet guide</h1>",
        f"<h2>From a sheet to the portal</h2><ol>{_items(_STEPS)}</ol>",
        _table("Buttons", ("Button", "Keys", "What it does"), buttons),
        _table("Cells of the mapping sheet", ("Cell", "Meaning"), cells),
        _table("Levels of a finding", ("Level", "Meaning"), _LEVELS),
    )
    page = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>SodaSheet guide</title>'
        f"<style>{_STYLE}</style></head><body><main>{''.join(parts)}</main></body></html>\n"
    )
    return page.encode()


def _items(texts: Iterable[str]) -> str:
    return "".join(f"<li>{escape(text)}</li>" for text in texts)


def _table(title: str, headers: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    heads = "".join(f'<th scope="col">{escape(header)}</th>' for header in headers)
    body = "".join(
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows
    )
    table = f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"
    return f"<h2>{escape(title)}</h2>{table}"
