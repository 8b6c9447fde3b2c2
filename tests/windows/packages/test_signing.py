"""The signing hook, with a real certificate and a real signer."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from sodasheet.errors import SodaSheetError
from sodasheet.installer.packages.setup_program import write_setup
from sodasheet.installer.packages.sign_files import RECORD, Signer
from sodasheet.system.checksum import sha256_of


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """A folder with a certificate for signing, and the script that signs."""
    folder = tmp_path_factory.mktemp("office")
    request = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    request += ["-keyout", folder / "key.pem", "-out", folder / "office.pem", "-subj", "/CN=Office"]
    request += ["-addext", "extendedKeyUsage=codeSigning"]
    subprocess.run(request, check=True, capture_output=True)
    script = folder / "sign.sh"
    script.write_text(
        "#!/bin/sh -e\n"
        f"osslsigncode sign -certs {folder}/office.pem -key {folder}/key.pem"
        ' -in "$1" -out "$1.new"\n'
        'mv "$1.new" "$1"\n',
        "utf-8",
    )
    script.chmod(0o700)
    return folder


def is_signed(office, path):
    command = ["osslsigncode", "verify", "-in", path, "-CAfile", office / "office.pem"]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def test_what_was_signed_is_recorded_and_still_runs(office, windows, built):
    there = windows.drive / "Signed"
    shutil.copytree(built.payload, there)
    signer = Signer(str(office / "sign.sh"))
    for name in ("sodasheet.exe", "sodasheetw.exe"):
        assert not is_signed(office, there / name)
        signer.sign(there / name)
        assert is_signed(office, there / name)
    signer.write_record(there)

    # The archive that the program starts is in front of the signature now.
    assert "version" in windows.run("C:\\Signed\\sodasheet.exe", "--version")
    lines = (there / RECORD).read_text("utf-8").splitlines()
    assert lines == [
        f"{sha256_of(there / name)}  {name}" for name in ("sodasheet.exe", "sodasheetw.exe")
    ]


def test_setup_program_and_msi_can_be_signed(office, built, tmp_path):
    for path in (built.setup, built.msi):
        copy = tmp_path / path.name
        shutil.copyfile(path, copy)
        Signer(str(office / "sign.sh")).sign(copy)
        assert is_signed(office, copy), path


def test_the_uninstaller_is_signed_while_it_is_packed(office, windows, tmp_path):
    small = tmp_path / "small"
    (small / "python").mkdir(parents=True)
    for name in ("LICENSE.txt", "sbom.cdx.json", "python/a.txt"):
        (small / name).write_text("x", "utf-8")
    setup = tmp_path / "setup.exe"
    write_setup(small, setup, "1.0", 1_700_000_000, sign=str(office / "sign.sh"))
    windows.run(str(setup), "/S", code=None)  # there is no Python in it to finish with
    (uninstaller,) = windows.user.rglob("SodaSheet/uninstall.exe")
    assert is_signed(office, uninstaller)

    with pytest.raises(SodaSheetError):
        write_setup(small, setup, "1.0", 1_700_000_000, sign="false")


@pytest.mark.parametrize(
    ("program", "why"),
    [("false", "false failed"), ("true", "changed nothing"), ("/none/such", "cannot be started")],
)
def test_a_signer_that_does_not_sign_stops_the_build(tmp_path, program, why):
    file = tmp_path / "a.exe"
    file.write_bytes(b"MZ")
    with pytest.raises(SodaSheetError) as raised:
        Signer(program).sign(file)

    assert why in raised.value.what
