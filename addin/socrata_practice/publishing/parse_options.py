"""Options for reading an uploaded file."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import Any

DEFAULTS: dict[str, Any] = {
    "encoding": "utf8",
    "header_count": 1,
    "column_header": 1,
    "column_separator": ",",
    "quote_char": '"',
    "parse_source": True,
    "remove_empty_rows": True,
    "trim_whitespace": True,
}
_MOST_HEADERS = 1_000


@dataclass(frozen=True)
class ParseOptions:
    """Options for reading a file; `column_header` counts from 1, 0 for no header."""

    encoding: str
    header_count: int
    column_header: int
    column_separator: str
    quote_char: str
    parse_source: bool
    remove_empty_rows: bool
    trim_whitespace: bool

    @classmethod
    def read(cls, given: dict[str, Any]) -> ParseOptions:
        """Return a request's options over the defaults; raises ValueError if not valid."""
        merged = DEFAULTS | {k: v for k, v in given.items() if k in DEFAULTS and v is not None}
        for name, value in merged.items():
            if type(value) is not type(DEFAULTS[name]):
                raise ValueError(f"{name} must be of type {type(DEFAULTS[name]).__name__}")
        found = cls(**merged)
        found._check()
        return found

    def _check(self) -> None:
        if not 0 <= self.column_header <= self.header_count <= _MOST_HEADERS:
            raise ValueError("column_header must be a row within header_count")
        if len(self.column_separator) != 1 or len(self.quote_char) > 1:
            raise ValueError("column_separator and quote_char must be one character")
        try:
            codecs.lookup(self.encoding)
        except LookupError as error:
            raise ValueError(f"unknown encoding {self.encoding}") from error
