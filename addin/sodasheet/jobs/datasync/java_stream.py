"""Jobs that DataSync 0.1 and 0.2 wrote as a Java object stream (docs/how-to/move-from-datasync.md).

The reader accepts exactly that class: it returns five strings, loads no class that a file names,
and
creates nothing but text. Such files have one fixed form of a few hundred bytes, and a library for
all of Java's serialization would read far more.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sodasheet.errors import UsageProblem
from sodasheet.model.next_step import Action, NextStep

#: Header of a Java object stream: its magic number and version 5.
MAGIC = b"\xac\xed\x00\x05"

_NULL, _REFERENCE, _CLASS, _OBJECT, _STRING, _ENUM, _END = (
    0x70, 0x71, 0x72, 0x73, 0x74, 0x7E, 0x78,
)  # fmt: skip
_JOB = "com.socrata.datasync.IntegrationJob"
_FIRST_HANDLE = 0x7E0000
_TEXT_TYPES = b"[L"

#: Order in which the class writes its values, regardless of the order of its fields.
_ORDER = ("pathToSavedJobFile", "datasetID", "fileToPublish", "publishMethod", "fileRowsToDelete")


def read_java_job(content: bytes) -> dict[str, str]:
    """Return the strings of a saved job by DataSync's field names; null is an empty string.

    Raises UsageProblem if the content is not one complete job.
    """
    try:
        return _Stream(content, len(MAGIC)).job()
    except (IndexError, UnicodeDecodeError, RecursionError) as error:
        raise _broken() from error


@dataclass(slots=True)
class _Stream:
    """Bytes of a stream, the current position, and earlier objects for back references."""

    content: bytes
    at: int
    handles: list[Any] = field(default_factory=list)

    def job(self) -> dict[str, str]:
        self._expect(_OBJECT)
        if self._class() != _JOB:
            raise _broken()
        self.handles.append(None)  # the job itself
        return {name: self._value() for name in _ORDER}

    def _byte(self) -> int:
        self.at += 1
        return self.content[self.at - 1]

    def _number(self, size: int) -> int:
        taken = self.content[self.at : self.at + size]
        if len(taken) < size:
            raise IndexError
        self.at += size
        return int.from_bytes(taken, "big")

    def _utf(self) -> str:
        """Read a string with a two-byte length; Java's UTF-8 differs only beyond the BMP."""
        size = self._number(2)
        self._number(size)
        raw = self.content[self.at - size : self.at].replace(b"\xc0\x80", b"\0")
        text = raw.decode("utf-8", "surrogatepass")
        return text.encode("utf-16", "surrogatepass").decode("utf-16")

    def _expect(self, tag: int) -> None:
        if self._byte() != tag:
            raise _broken()

    def _value(self) -> str:
        """Read a string, the name of an enum constant, or a back reference."""
        tag = self._byte()
        if tag == _NULL:
            return ""
        if tag == _REFERENCE:
            return self._referred()
        if tag == _ENUM:
            self._class()
            place = self._keep(None)
            name = self._value()
            self.handles[place] = name
            return name
        if tag != _STRING:
            raise _broken()
        text = self._utf()
        self._keep(text)
        return text

    def _referred(self) -> str:
        place = self._number(4) - _FIRST_HANDLE
        if not 0 <= place < len(self.handles) or not isinstance(self.handles[place], str):
            raise _broken()
        return str(self.handles[place])

    def _keep(self, value: str | None) -> int:
        self.handles.append(value)
        return len(self.handles) - 1

    def _class(self) -> str:
        """Read the name of a class description; skip its fields and its superclasses."""
        tag = self._byte()
        if tag in (_NULL, _REFERENCE):
            return self._referred() if tag == _REFERENCE else ""
        if tag != _CLASS:
            raise _broken()
        name = self._utf()
        self._number(8)
        self._keep(name)
        self._number(1)
        for _ in range(self._number(2)):
            kind = self._byte()
            self._utf()
            if kind in _TEXT_TYPES:
                self._value()
        self._expect(_END)
        self._class()
        return name


def _broken() -> UsageProblem:
    return UsageProblem(
        "it is a Java object stream, but not a whole job of DataSync 0.1.",
        "Open it in DataSync and save it again, or create a new job.",
        (NextStep(Action.CREATE_JOB),),
    )
