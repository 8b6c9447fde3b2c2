"""Write the record of a push's effect on each row."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from pathlib import Path

from sodasheet.model.mapping import Blank
from sodasheet.model.method import Method
from sodasheet.staging.check.check import CheckResult
from sodasheet.staging.check.mapping_sql import Projected, values_from
from sodasheet.staging.output.rows_to_send import selected_rows
from sodasheet.staging.restore.sent_rows import FACTS, REMOVED, ROWS, VERSION, SentRows
from sodasheet.staging.sql_quoting import literal
from sodasheet.staging.types.canonical_text import hash_text
from sodasheet.staging.types.verbatim_json import NOTHING


def write_sent_rows(checked: CheckResult, folder: Path) -> SentRows:
    """Write the rows that would be sent now to `folder`; raises OSError if writing fails."""
    method = checked.plan.method
    kept = [one for one in checked.projected if _keeps(one, method)]
    hashed = (
        [] if method is Method.DELETE else [one for one in checked.projected if one not in kept]
    )
    identifier = checked.identifier
    key = _told(identifier) if identifier is not None else "NULL"
    extra = "".join(
        f", CASE WHEN NOT ({one.blank}) THEN concat('=', {_told(one)}) END AS x{place}"
        for place, one in enumerate(kept)
    )
    table = values_from(checked.projected, selected_rows(checked))
    rows = (
        f"SELECT {key} AS k, {hash_text([_told(one) for one in hashed])} AS h{extra} FROM {table}"
    )
    _write(checked, rows, folder / ROWS)
    _write(checked, "SELECT key AS k, value FROM removals", folder / REMOVED)
    sent = SentRows(
        method,
        identifier.filled.column.field if identifier is not None else None,
        tuple(one.filled.column.field for one in hashed),
        tuple(one.filled.column.field for one in kept),
        checked.sendable,
        checked.removals,
        checked.removed_by,
    )
    text = json.dumps({"sodasheet": VERSION} | asdict(sent), ensure_ascii=False, indent=1)
    (folder / FACTS).write_text(text, encoding="utf-8")
    return sent


def _keeps(one: Projected, method: Method) -> bool:
    """True if a blank cell leaves the dataset's value, which only an upsert can do."""
    return one.filled.blank is Blank.KEEP and method is Method.UPSERT


def _told(one: Projected) -> str:
    """Return SQL for the canonical text that the portal will return."""
    if not one.filled.rule.verbatim:
        return one.canonical
    return f"CASE WHEN {one.text_name} = {literal(NOTHING)} THEN NULL ELSE {one.canonical} END"


def _write(checked: CheckResult, query: str, path: Path) -> None:
    shelved = checked.stage.shelf / path.name
    run = checked.stage.connection.execute
    try:
        run(f"COPY ({query}) TO {literal(str(shelved))} (FORMAT parquet, COMPRESSION zstd)")
        shutil.copyfile(shelved, path)
    finally:
        shelved.unlink(missing_ok=True)
