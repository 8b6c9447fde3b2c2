"""`.sij` files in every form that DataSync has written (docs/how-to/move-from-datasync.md)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sodasheet.errors import UsageProblem
from sodasheet.jobs.datasync.java_stream import MAGIC, read_java_job
from sodasheet.model.method import Method

#: Far beyond any DataSync file, so that a data file given by mistake is refused at once.
_LARGEST = 16 * 1024 * 1024

#: Keys that come from getters of the job object and have no meaning.
_NOISE = frozenset({"defaultJobName", "jobFilename", "pathToSavedFile", "fileVersionUID"})
_DROPPED = frozenset({"fileRowsToDelete", "pathToSavedJobFile", "userAgent", "isPostNbeification"})
_PATHS = ("pathToControlFile", "pathToFTPControlFile")
_CONTENTS = ("controlFileContent", "ftpControlFileContent", "controlFile")
_READ = frozenset(
    {"datasetID", "fileToPublish", "publishMethod", "fileToPublishHasHeaderRow"}
    | {"publishViaFTP", "publishViaDi2Http", *_PATHS, *_CONTENTS}
)


@dataclass(frozen=True, slots=True)
class SijFile:
    """Content of a `.sij`, with the defaults for what is missing.

    `control` is the JSON text of a control file, `control_path` its path; `unread` are keys with
    a value that DataSync ignores.
    """

    dataset: str = ""
    path: str = ""
    method: Method | None = None
    header: bool = True
    control_path: str = ""
    control: str = ""
    ftp: bool = False
    http: bool = False
    unread: tuple[str, ...] = field(default=())


def parse_sij(path: Path) -> SijFile:
    """Read the job in a `.sij`: JSON of any version, or the Java object stream of 0.1.

    Raises UsageProblem with the file's name if the file cannot be read or is not such a job. Files
    named in the job are not opened.
    """
    try:
        return _parsed(content_of(path))
    except UsageProblem as problem:
        raise problem.about(f"The DataSync job {path.name}") from None


def content_of(path: Path) -> bytes:
    """Return the content of a small file. Raises UsageProblem if unreadable or too large."""
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "it is not the path of a file"
        raise UsageProblem(f"it cannot be read: {why}.", f"Check the path {path}.") from error
    if len(content) > _LARGEST:
        raise UsageProblem("it is too large.", "Specify the DataSync file here, not the data file.")
    return content


def json_object(content: bytes, what: str) -> dict[str, Any]:
    """Return the JSON object in a DataSync file, in UTF-8 with or without a byte order mark.

    Of duplicate keys the last counts, as in DataSync. Raises UsageProblem.
    """
    remedy = f"Specify {what} as DataSync writes it."
    try:
        data = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise UsageProblem(
            f"it is not UTF-8 text: byte {error.start + 1:,} is wrong.", "Save it as UTF-8."
        ) from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise UsageProblem(f"it is not JSON: {error.msg} in {place}.", remedy) from None
    except (ValueError, RecursionError):
        raise UsageProblem("it is not JSON that SodaSheet can read.", remedy) from None
    if not isinstance(data, dict):
        raise UsageProblem("it is not a JSON object in { }.", remedy)
    return data


def _parsed(content: bytes) -> SijFile:
    if content.startswith(MAGIC):
        texts = read_java_job(content)
        return SijFile(texts["datasetID"], texts["fileToPublish"], _method(texts["publishMethod"]))
    data = json_object(content, "a job")
    if not data.keys() & {"datasetID", "fileToPublish"}:
        raise UsageProblem(
            'it has neither "datasetID" nor "fileToPublish": this is not a DataSync job.',
            "Choose a .sij file.",
        )
    return SijFile(
        dataset=text_of(data, "datasetID"),
        path=text_of(data, "fileToPublish"),
        method=_method(text_of(data, "publishMethod")),
        header=flag(data, "fileToPublishHasHeaderRow", default=True),
        control_path=_last(data, _PATHS),
        control=_last(data, _CONTENTS),
        ftp=flag(data, "publishViaFTP", default=False),
        http=flag(data, "publishViaDi2Http", default=False),
        unread=tuple(key for key in data if key not in _NOISE | _DROPPED | _READ),
    )


def _method(word: str) -> Method | None:
    """Return the method of a lower-case name, the only form that DataSync accepts."""
    if not word:
        return None
    try:
        return Method(word)
    except ValueError:
        raise UsageProblem(
            f'publishMethod is "{word[:40]}".', "Write replace, append, upsert or delete there."
        ) from None


def _last(data: Mapping[str, Any], names: tuple[str, ...]) -> str:
    """Return the string under several names of one setting: the last that is not empty."""
    found = ""
    for name in data:
        if name in names and data[name] not in (None, "", {}):
            value = data[name]
            found = json.dumps(value) if isinstance(value, dict) else text_of(data, name)
    return found


def text_of(data: Mapping[str, Any], name: str, default: str = "") -> str:
    """Return a string without surrounding blanks; `default` if missing. Raises UsageProblem."""
    value = data.get(name)
    if value is None:
        return default
    if not isinstance(value, str):
        raise UsageProblem(f"{name} is not text.", "Write it in double quotes.")
    return value.strip()


def flag(data: Mapping[str, Any], name: str, *, default: bool) -> bool:
    """Return a boolean, which may be written as a string. Raises UsageProblem."""
    value = data.get(name)
    if isinstance(value, str) and value.strip().lower() in ("true", "false"):
        return value.strip().lower() == "true"
    if value is None:
        return default
    if not isinstance(value, bool):
        raise UsageProblem(f"{name} is neither true nor false.", "Write true or false there.")
    return value
