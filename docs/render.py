"""Writes docs/reference/findings.md, docs/reference/guards.md and docs/reference/errors.md from the tables that the program itself uses.

    python docs/render.py

A test compares the committed pages with what this makes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from sodasheet.notifications.mail_errors import FAULTS as MAIL
from sodasheet.portal.http.network_errors import FAILURES
from sodasheet.portal.http.refusal_sentences import RULES
from sodasheet.push.guards import GUARDS
from sodasheet.quality.comparison_questions import QUESTIONS
from sodasheet.sources.fault_log import FAULTS
from sodasheet.sources.row_notes import ROW_NOTES
from sodasheet.staging.check.conditions import REMEDY as ROWS_REMEDY
from sodasheet.staging.check.conditions import UNUSUAL_ROWS
from sodasheet.staging.check.finding_reasons import REASONS

DOCS = Path(__file__).parent

_FINDINGS = """# Findings

What a check can say of a row, a column or a mapping.

* **stop**: nothing can be sent.
* **reject**: the row is not sent, and a push stops unless the job allows that many rejected rows.
* **ask**: the push waits until you agree.
* **note**: sent, but worth a look.

A sheet in Excel says *Ask* for both `reject` and `ask`.

The word in the first column is the one in `findings.csv` and in `--json`.
Words in capitals stand for what the message names: `COLUMN` for the source column, `FIELD` for the dataset column.
This page is generated from the program's own tables by `python docs/render.py`.

"""

_ROWS = """Rows that read like totals, notes, headers or units are rejected until you leave them out or keep them ([rows that are not data](../how-to/messy-rows.md)).
The comparison with the dataset also finds totals; `total-row` in the last table asks about them.

"""

_QUALITY = """Every source is compared with what the dataset already holds; [Compare with the dataset](../how-to/compare-with-the-dataset.md) explains how.
A job can change the level of each of these findings, or accept a finding permanently.
A copy to a new, private dataset only notes `private-data`.

"""

_ERRORS = """# What portals and networks say

One sentence for each way a portal refuses a request or does not answer at all, with what to do about it.
Words in capitals stand for what the message names: `HOST` for the portal's host, `DATASET` for the dataset, `MESSAGE` for the portal's own words.
This page is generated from the program's own tables by `python docs/render.py`.

"""


_GUARDS = """# Guards

A guard is a rule that stops a push before anything is sent.
The exit code is then 4, the report says `refused` and names the guard in `guard`, and nothing has changed.
Guards are judged after the check: errors in cells and mappings are [findings](findings.md).

If the last column says so, you can skip a guard for one push: `sodasheet push JOB --skip-guard shrink`, more than once for several.
The report keeps the names in `overrides`.
`--yes` skips no guard, and neither does an unattended push.
For an undo, only the guards that concern its rows and its target dataset apply.

To change two limits permanently, set `max_shrink` and `max_rejected` in the [job file](job-file.md), or *Maximum shrinkage* and *Allowed rejected rows* on the mapping sheet.
A job that was made before the dataset changed keeps stopping at `drift`, `types-changed` or `identifier-changed` until its mapping is made or saved again.
This page is made from the program's own table by `python docs/render.py`.

"""


def guards() -> str:
    """The page of guards."""
    headings = ("guard", "what it stops", "what to do", "can be skipped")
    rows = [
        (
            one.slug,
            one.watches,
            one.remedy,
            f"`--skip-guard {one.slug}`" if one.overridable else "no",
        )
        for one in GUARDS.values()
    ]
    return _GUARDS + _table(headings, rows)


def findings() -> str:
    """The page of findings."""
    cells = [
        (reason.slug, reason.severity.value, _plain(reason.says), _plain(reason.remedy))
        for reason in REASONS.values()
        if reason.slug not in FAULTS
    ]
    faults = [(name, "reject", fault.message, fault.remedy) for name, fault in FAULTS.items()]
    headings = ("finding", "effect", "what is wrong", "what to do")
    return (
        f"{_FINDINGS}## Cells, identifiers, columns and mappings\n\n{_table(headings, cells)}\n"
        f"## Rows and cells that could not be read\n\n{_table(headings, faults)}\n"
        f"## Rows that may not be data\n\n{_ROWS}{_table(headings, _unusual_rows())}\n"
        f"## Unlike the dataset\n\n{_QUALITY}{_table(headings, _questions())}"
    )


def _unusual_rows() -> list[tuple[str, ...]]:
    unusual = [(slug, "reject", one, ROWS_REMEDY) for slug, one, _ in UNUSUAL_ROWS.values()]
    notes = [(slug, "note", what, remedy) for slug, (what, remedy) in ROW_NOTES.items()]
    return [*unusual, *notes]


def _questions() -> list[tuple[str, ...]]:
    return [(one.slug, one.level.value, one.means, one.remedy) for one in QUESTIONS.values()]


def errors() -> str:
    """The page of refusals and failures."""
    headings = ("reason", "what is said", "what to do")
    refusals = [(rule.reason, _host(rule.what), _host(rule.remedy)) for rule in RULES]
    failures = [(one.reason, _host(one.what), _host(one.remedy)) for one in FAILURES]
    mail = [(one.reason, _host(_unsaid(one.what)), _host(one.remedy)) for one in MAIL]
    return (
        f"{_ERRORS}## The portal answered\n\n{_table(headings, refusals)}\n"
        f"## There was no answer\n\n{_table(headings, failures)}\n"
        f"## A mail was not sent\n\nThe sentences about certificates above hold for mail servers too."
        f" A server's own words are quoted.\n\n{_table(headings, mail)}"
    )


def _table(headings: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [headings, tuple("---" for _ in headings), *dict.fromkeys(rows)]
    return "".join(f"| {' | '.join(_cell(text) for text in line)} |\n" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _host(text: str) -> str:
    return _plain(text.replace("{portal}", "https://{host}").replace("{host}", "HOST"))


#: Parts of templates whose filling depends on the case -> what stands for them on a page.
_FILLED = {
    "{count} {cells} in {column} {are} stored as {numbers}": "COUNT cells in COLUMN are stored as"
    " numbers",
    ": it {says}.": "; the message says why.",
    "{hint}": "Follow the message, which names what would fit.",
    "{limit}": "",
}


def _unsaid(text: str) -> str:
    """Without the place of the server's own words."""
    return text.replace("{said}", "")


def _plain(text: str) -> str:
    """Names in braces, which the program fills, as words in capitals."""
    for template, words in _FILLED.items():
        text = text.replace(template, words)
    return re.sub(r"\{(\w+)[^}]*\}", lambda found: found[1].upper(), text)


if __name__ == "__main__":
    (DOCS / "reference" / "findings.md").write_text(findings(), encoding="utf-8", newline="\n")
    (DOCS / "reference" / "guards.md").write_text(guards(), encoding="utf-8", newline="\n")
    (DOCS / "reference" / "errors.md").write_text(errors(), encoding="utf-8", newline="\n")
