"""The ribbon's group Columns: the mapping sheet, matching again, and the check."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sodasheet.excel.tasks.background_press import handed_over
from sodasheet.model.sheet_labels import MAPPING_TITLE

if TYPE_CHECKING:
    import xlwings

    from sodasheet.excel.button_press import Press


def map_columns(press: Press) -> bool:
    """Show the mapping sheet, updated with new columns; if there is none, choose a dataset.

    True if a separate process goes on with it.
    """
    if not press.sheets.titled(MAPPING_TITLE):
        from sodasheet.excel.ribbon_groups.dataset import choose_dataset

        choose_dataset(press)
        return False
    if handed_over(press, "map_columns", "matching the columns; the mapping sheet comes up"):
        return True
    from sodasheet.excel.sheets.open_mapping import find_mapping

    changes = _matched_again(press, find_mapping(press).sheet)
    if changes:
        press.dialogs.tell("\n".join(changes))
    return False


def match_again(press: Press) -> bool:
    """Match the columns that were not chosen by hand, and report changed shapes.

    True if a separate process goes on with it.
    """
    if handed_over(press, "match_again", "matching the columns again"):
        return True
    told = "Matched again. Your own choices were kept."
    press.dialogs.tell("\n".join([told, *_matched_again(press, press.front)]))
    return False


def _matched_again(press: Press, shown: xlwings.Sheet | None) -> list[str]:
    """Match again and show a sheet; a sentence for every change since the mapping was made."""
    from sodasheet.excel.actions.match_columns import lay_out, match, with_prints
    from sodasheet.excel.actions.renamed_fields import healed
    from sodasheet.excel.button_press import activate
    from sodasheet.excel.sheets.mapping_upgrade import bring_up_to_date
    from sodasheet.excel.sheets.open_mapping import open_mapping
    from sodasheet.matching import drift

    opened = open_mapping(press)
    job, renamed = healed(opened.job, opened.dataset)
    found = match(press, job.source, opened.dataset, job.method, job.mapping)
    changes = drift(job.fingerprint, found.headers, opened.dataset)
    job = with_prints(replace(job, mapping=found.mapping), found.headers, opened.dataset)
    added = bring_up_to_date(opened.sheet, job)
    lay_out(opened.sheet, job, opened.dataset, found)
    if shown is not None:
        activate(shown)
    return [*renamed, *changes, *added]
