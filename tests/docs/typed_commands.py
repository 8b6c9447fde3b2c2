"""Commands that the pages ask users to type, in page order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

#: Pages for users. Blocks marked `sh` are for developers, in a POSIX shell.
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))

#: First words of a line in a block without a language that make it a command.
PROGRAMS = ("sodasheet", "py", "python", "python3", "pip", "pipx", "uv", "msiexec", "gh")

_BLOCK = re.compile(r"^( *)```(\w*)\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
_INLINE = re.compile(r"`(sodasheet [^`]+)`")


@dataclass(frozen=True)
class Typed:
    """A command line and its page."""

    line: str
    page: str

    def __str__(self) -> str:
        return f"{self.page}: {self.line}"

    @property
    def arguments(self) -> str | None:
        """The words behind the program, None for other programs: `py -m sodasheet …` is ours."""
        found = re.match(r"(?:(?:py|python3?)(?: -\d[\d.]*)? -m )?sodasheet(?: |$)(.*)", self.line)
        return found and found[1]


def block_lines() -> Iterator[Typed]:
    """Return the lines of blocks that people copy into a terminal."""
    for page in PAGES:
        for _, language, text in _BLOCK.findall(page.read_text("utf-8")):
            for line in text.splitlines() if not language else ():
                command = line.strip().removeprefix("$ ")
                if command.partition(" ")[0] in PROGRAMS and not re.match(
                    r"[\w ]+: ", command.replace("://", "")
                ):
                    yield Typed(command, page.name)


def inline_commands() -> Iterator[Typed]:
    """Return the commands of this program that stand within sentences."""
    for page in PAGES:
        text = _BLOCK.sub("", page.read_text("utf-8"))
        for command in _INLINE.findall(text):
            yield Typed(command, page.name)
