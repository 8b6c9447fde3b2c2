"""Computed columns in SQL: the text of a template for each row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from sodasheet.staging.check.computed_column_template import Piece, parse_template
from sodasheet.staging.sql_quoting import literal

#: The row number, by the name that every query over the source's rows gives it.
ROW_NUMBER = "_row"


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True, slots=True)
class RunFacts:
    """Facts that templates may name: the time of the push, the source's name, the run."""

    now: dt.datetime = field(default_factory=_now)
    file: str = ""
    run: str = ""


def template_sql(template: str, columns: Map[str, str], zone: str, facts: RunFacts) -> str:
    """SQL for the text of a template; empty if all of its headers are blank in the row.

    `columns` is SQL for the text of each header. Raises UsageProblem for an invalid template.
    """
    pieces = parse_template(template)
    whole = " || ".join(_text(piece, columns, zone, facts) for piece in pieces) or "''"
    texts = [columns[piece.header] for piece in pieces if piece.header]
    if not texts:
        return whole
    blank = " AND ".join(f"{text} = ''" for text in dict.fromkeys(texts))
    return f"CASE WHEN {blank} THEN '' ELSE {whole} END"


def _text(piece: Piece, columns: Map[str, str], zone: str, facts: RunFacts) -> str:
    if piece.text:
        return literal(piece.text)
    if piece.word:
        return _word(piece.word, zone, facts)
    return f"({_part(piece, columns[piece.header])})"


def _word(word: str, zone: str, facts: RunFacts) -> str:
    local = facts.now.astimezone(ZoneInfo(zone))
    texts = {
        "today": local.date().isoformat(),
        "now": local.replace(tzinfo=None).isoformat(timespec="seconds"),
        "file": facts.file,
        "run": facts.run,
    }
    return f"CAST({ROW_NUMBER} AS VARCHAR)" if word == "row" else literal(texts[word])


def _part(piece: Piece, text: str) -> str:
    """SQL for a part of a value; a value without the mark is all `before`."""
    mark = literal(piece.mark)
    return {
        "": text,
        "first word": rf"regexp_extract({text}, '^\S+')",
        "last word": rf"regexp_extract({text}, '\S+$')",
        "all but first word": rf"regexp_replace({text}, '^\S+\s*', '')",
        "all but last word": rf"regexp_replace({text}, '\s*\S+$', '')",
        "before": f"trim(split_part({text}, {mark}, 1))",
        "after": f"CASE WHEN contains({text}, {mark}) THEN "
        f"trim(substr({text}, strpos({text}, {mark}) + length({mark}))) ELSE '' END",
    }[piece.part]
