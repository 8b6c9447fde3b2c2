"""Hidden and filtered rows of a live source: ask once, and store the answer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sodasheet.excel.live.source_location import location_of
from sodasheet.excel.live.visible_rows import hidden_rows
from sodasheet.jobs.sheet.source_cell import words_of
from sodasheet.model.sheet_labels import SOURCE
from sodasheet.wording import counted

if TYPE_CHECKING:
    from sodasheet.excel.button_press import Press
    from sodasheet.excel.sheets.open_mapping import Opened
    from sodasheet.model.job import SourceSpec


def asked_about_hidden(press: Press, spec: SourceSpec) -> SourceSpec:
    """Return the source with the user's answer about hidden rows, if any."""
    if spec.kind != "active" or spec.rows:
        return spec
    place = location_of(press, spec)
    hidden = hidden_rows(place.cells)
    if not hidden:
        return spec
    name = place.sheet.name
    only = press.dialogs.ask_yes_no(
        f"{counted(hidden, f'row in {name} is', f'rows in {name} are')} hidden or filtered out.\n\n"
        "Yes: use the visible rows only.\nNo: use all rows, including the hidden ones."
    )
    return replace(spec, rows="visible" if only else "all")


def with_hidden_answer(press: Press, opened: Opened) -> Opened:
    """Ask about hidden rows if there are any and no answer is known; store the answer."""
    spec = asked_about_hidden(press, opened.job.source)
    if spec == opened.job.source:
        return opened
    opened.sheet.put({SOURCE: words_of(spec)})
    return replace(opened, job=replace(opened.job, source=spec))
