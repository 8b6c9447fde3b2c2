"""Baseline: what the last push to a dataset sent, saved on this computer.

Two files for each dataset in `home()/imprints`: the rows' imprint (staging/diff/row_hashes.py) and
a JSON that says what it is of. Whatever is wrong with them, there is just nothing remembered.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sodasheet.portal.soda2.rows_client import RowState
from sodasheet.system.paths import home

#: The form of the files; others are not read.
VERSION = 2


@dataclass(frozen=True, slots=True)
class DatasetVersion:
    """Version of a dataset's rows: every change of a row changes one of these.

    `updated` is the metadata's time of the last change, in whole seconds (portal-api.md A.1).
    """

    updated: str
    rows: int
    changed: str | None

    @classmethod
    def of(cls, updated: object, state: RowState) -> DatasetVersion:
        """The standing that metadata and rows tell of."""
        return cls(str(updated), state.rows, state.changed)


@dataclass(frozen=True, slots=True)
class Baseline:
    """The last push: its ingredients, the state of the dataset afterwards, and the source's facts.

    `recipe` is a hash of everything that decides how a row of the source becomes one of the
    dataset, `fills` names the headers behind each field, `source` is a hash of the file's address
    within itself (sheet, header row, encoding, …), `dialect` is how its lines are taken apart, and
    empty where it has none (staging/load/changed_lines.py). `sha256` is the imprint's own.
    """

    portal: str
    dataset: str
    run: str
    at: str
    recipe: str
    fills: list[list[str]]
    standing: DatasetVersion
    source: str
    source_name: str
    source_sha256: str
    source_bytes: int
    source_rows: int
    rejected: int
    dialect: list[str]
    sha256: str = ""


def load_baseline(portal: str, dataset: str) -> Baseline | None:
    """Return the baseline of the dataset, or None."""
    try:
        body = json.loads(_place(portal, dataset, ".json").read_bytes())
        if body.pop("version") != VERSION:
            return None
        standing = DatasetVersion(**body.pop("standing"))
        found = Baseline(standing=standing, **body)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return found if (found.portal, found.dataset) == (portal, dataset) else None


def imprint_path(portal: str, dataset: str) -> Path:
    """Return the path of the dataset's row hashes."""
    return _place(portal, dataset, ".parquet")


def known() -> dict[str, list[Path]]:
    """The files of every dataset of which anything lies here, by the stem of its `imprint_path`."""
    found: dict[str, list[Path]] = {}
    for path in sorted((home() / "imprints").glob("*.*")):
        # A dead process may have left a draft behind (`keep`).
        found.setdefault(Path(path.name.removesuffix(".tmp")).stem, []).append(path)
    return found


def is_sound(found: Baseline) -> bool:
    """True if the imprint is the very file that was remembered."""
    try:
        return _sha256(imprint_path(found.portal, found.dataset)) == found.sha256
    except OSError:
        return False


def keep(found: Baseline) -> None:
    """Remember the push whose imprint has just been written. Raises OSError."""
    body: dict[str, Any] = {"version": VERSION, **asdict(found)}
    body["sha256"] = _sha256(imprint_path(found.portal, found.dataset))
    path = _place(found.portal, found.dataset, ".json")
    draft = path.with_suffix(".json.tmp")
    draft.write_text(json.dumps(body, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    draft.replace(path)


def forget(portal: str, dataset: str) -> None:
    """Remember nothing of the dataset any more."""
    for suffix in (".json", ".parquet"):
        with suppress(OSError):
            _place(portal, dataset, suffix).unlink(missing_ok=True)


def _place(portal: str, dataset: str, suffix: str) -> Path:
    parts = urlsplit(portal)
    host = f"{parts.hostname or 'portal'}-{parts.port}" if parts.port else str(parts.hostname)
    return home() / "imprints" / f"{host.replace(':', '_')}-{dataset}{suffix}"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
