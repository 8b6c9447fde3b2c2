"""Record of what a push does to each row, to tell later who changed the row since.

Beside each row identifier stands a hash of the row's canonical values, which is what the portal's
own row must hash to as long as nobody else has changed it.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sodasheet.errors import SodaSheetError
from sodasheet.model.mapping import Blank
from sodasheet.model.method import Method
from sodasheet.staging.check.check import CheckResult
from sodasheet.staging.check.mapping_sql import Projected, values_from
from sodasheet.staging.output.rows_to_send import selected_rows
from sodasheet.staging.sql_quoting import literal
from sodasheet.staging.types.canonical_text import hash_text
from sodasheet.staging.types.verbatim_json import NOTHING

#: The files: facts, one line for each row that is sent, one for each row that is removed.
FACTS, ROWS, REMOVED = "sent.json", "sent.parquet", "removed.parquet"
_VERSION = 2


@dataclass(frozen=True, slots=True)
class SentRows:
    """The effect of a push, beside its files in the same folder.

    `hashed` are the fields whose values are in each row's hash, in order. `kept` are those of which
    a blank leaves what is there: the columns x0, x1, … of `ROWS` hold NULL for such a blank, or an
    equals sign and the canonical text.
    `removed_by` is the field that names the rows removed, empty if none are.
    """

    method: Method
    identifier: str | None
    hashed: tuple[str, ...]
    kept: tuple[str, ...]
    rows: int
    removed: int
    removed_by: str

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field that was written."""
        return (*self.hashed, *self.kept)


def write_sent_rows(checked: CheckResult, folder: Path) -> SentRows:
    """Write into `folder` what would be sent now; raises OSError if writing fails."""
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
    text = json.dumps({"sodasheet": _VERSION} | asdict(sent), ensure_ascii=False, indent=1)
    (folder / FACTS).write_text(text, encoding="utf-8")
    return sent


def read_sent_rows(folder: Path) -> SentRows:
    """Return the effect of a push; raises SodaSheetError if missing in `folder`."""
    try:
        said: dict[str, Any] = json.loads((folder / FACTS).read_text(encoding="utf-8"))
        if said.pop("sodasheet") != _VERSION or not (folder / ROWS).is_file():
            raise ValueError("another version wrote it")
        said |= {name: tuple(said[name]) for name in ("hashed", "kept")}
        return SentRows(**said | {"method": Method(said["method"])})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SodaSheetError(
            f"{folder} does not say what the run sent.",
            "It is incomplete or was changed, so it cannot be used.",
        ) from error


def _keeps(one: Projected, method: Method) -> bool:
    """True if a blank cell leaves the dataset's value; only an upsert meets such a value."""
    return one.filled.blank is Blank.KEEP and method is Method.UPSERT


def _told(one: Projected) -> str:
    """Return SQL for the canonical text that the portal will give back."""
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
