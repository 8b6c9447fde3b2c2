"""Sign files during the build with the office's program, and record the signed files."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from sodasheet.errors import SodaSheetError
from sodasheet.system.checksum import sha256_of

RECORD = "SIGNED.txt"


@dataclass(slots=True)
class Signer:
    """Signs files in place with `program`, whose one argument is the path of the file."""

    program: str
    _signed: dict[str, str] = field(default_factory=dict)

    def sign(self, path: Path) -> None:
        """Sign a file. Raises SodaSheetError if the program fails or leaves the file unchanged."""
        before = sha256_of(path)
        try:
            done = subprocess.run([self.program, str(path)], check=False)  # noqa: S603
        except OSError as error:
            raise _not_signed(path, f"{self.program} cannot be started: {error}") from error
        if done.returncode:
            raise _not_signed(path, f"{self.program} failed")
        if sha256_of(path) == before:
            raise _not_signed(path, f"{self.program} changed nothing")
        self._signed[path.name] = sha256_of(path)

    def write_record(self, folder: Path) -> None:
        """Write the names and SHA-256 of all signed files."""
        lines = (f"{digest}  {name}\n" for name, digest in self._signed.items())
        (folder / RECORD).write_text("".join(lines), encoding="utf-8")


def _not_signed(path: Path, why: str) -> SodaSheetError:
    return SodaSheetError(
        f"{path.name} was not signed: {why}.",
        "Check the signing program and its certificate, then build again; nothing was released.",
    )
