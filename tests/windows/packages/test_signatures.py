"""Signatures of the packed Python."""

from __future__ import annotations

import os
import shutil
import tarfile

import pytest

from sodasheet.errors import SodaSheetError
from sodasheet.installer.packages import embeddable_python
from sodasheet.installer.packages.authenticode_signatures import has_verifier, verify_signatures
from sodasheet.installer.packages.payload import Sources

from .conftest import CHECKOUT


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """The programs of the pinned Python, as they are packed."""
    if not has_verifier():
        if os.environ.get("CI"):
            pytest.fail("osslsigncode is not installed, which CI must have")
        pytest.skip("osslsigncode is not installed (apt-get install osslsigncode)")
    folder = tmp_path_factory.mktemp("python")
    embeddable_python.unpack(embeddable_python.download(Sources.of(CHECKOUT).downloads), folder)
    return folder


def test_every_program_is_signed_by_those_who_make_python(home):
    checked = verify_signatures(home, embeddable_python.SIGNED)

    assert {"python.exe", "pythonw.exe", "python313.dll", "_ssl.pyd"} <= set(checked)


def test_a_program_that_was_changed_is_refused(home, tmp_path):
    content = bytearray((home / "pythonw.exe").read_bytes())
    content[len(content) // 3] ^= 1
    (tmp_path / "pythonw.exe").write_bytes(content)
    with pytest.raises(SodaSheetError) as raised:
        verify_signatures(tmp_path, embeddable_python.SIGNED)

    assert raised.value.what == "pythonw.exe has no valid signature."


def test_a_program_without_a_signature_is_refused(home, tmp_path):
    shutil.copyfile(shutil.which("true"), tmp_path / "true.exe")
    with pytest.raises(SodaSheetError):
        verify_signatures(tmp_path, embeddable_python.SIGNED)


def test_another_sdist_than_the_pinned_one_is_refused(tmp_path):
    name = f"{embeddable_python.SDIST.replace('-', '_').replace('==', '-')}.tar.gz"
    with tarfile.open(tmp_path / name, "w:gz"):
        pass
    with pytest.raises(SodaSheetError) as raised:
        embeddable_python.download(tmp_path)

    assert "SHA-256 differs" in raised.value.what
