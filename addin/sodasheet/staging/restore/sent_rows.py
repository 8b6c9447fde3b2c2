"""Record of a push's effect on each row, to detect later changes by others.

Beside each row identifier stands a hash of the row's canonical values, which is what the portal's
own row must hash to as long as nobody else has changed it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sodasheet.errors import SodaSheetError
from sodasheet.model.method import Method

#: The files: facts, one line for each row that is sent, one for each row that is removed.
FACTS, ROWS, REMOVED = "sent.json", "sent.parquet", "removed.parquet"
VERSION = 2


@dataclass(frozen=True, slots=True)
class SentRows:
    """The effect of a push, with its files in the same folder.

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


def read_sent_rows(folder: Path) -> SentRows:
    """Return the effect of a push; raises SodaSheetError if missing in `folder`."""
    try:
        said: dict[str, Any] = json.loads((folder / FACTS).read_text(encoding="utf-8"))
        if said.pop("sodasheet") != VERSION or not (folder / ROWS).is_file():
            raise ValueError("another version wrote it")
        said |= {name: tuple(said[name]) for name in ("hashed", "kept")}
        return SentRows(**said | {"method": Method(said["method"])})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SodaSheetError(
            f"{folder} does not record what the run sent.",
            "It is incomplete or was changed, so it cannot be used.",
        ) from error
