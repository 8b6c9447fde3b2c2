"""Requests to open a page: a file that tells the desk's process the page and its size."""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from sodasheet.desk.unwritable_folder import unwritable
from sodasheet.errors import UsageProblem
from sodasheet.system.atomic_files import read_json
from sodasheet.system.dataclass_from_json import read_as
from sodasheet.system.folders import home, write_whole

_NAME = re.compile("[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Opening:
    """A page to open, as path and query; `small` is a window for one question at a time."""

    page: str
    small: bool = False


def desk_folder() -> Path:
    """Path of the folder with the desk's own files, for this user only."""
    return home() / "desk"


def write_opening(opening: Opening) -> str:
    """Write a request and return its name, which is not a secret. Raises SodaSheetError."""
    name = secrets.token_hex(16)
    path = _path(name)
    try:
        write_whole(path, json.dumps(asdict(opening), ensure_ascii=False))
    except OSError as error:
        raise unwritable(path.parent, error) from error
    return name


def take_opening(name: str) -> Opening:
    """Read a request and remove its file. Raises UsageProblem if there is none with that name."""
    try:
        if not _NAME.fullmatch(name):
            raise ValueError(name)
        opening = read_as(Opening, read_json(_path(name)))
        _path(name).unlink()
    except (OSError, ValueError) as error:
        raise UsageProblem("There is no page to open.", "Open the desk again.") from error
    return opening


def _path(name: str) -> Path:
    return desk_folder() / "openings" / f"{name}.json"
