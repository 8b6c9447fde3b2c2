"""Everything in templates/ equals the build from its sources, and opens without repair."""

from __future__ import annotations

import io
import re
import zipfile
from importlib.resources import files

import pytest
from openxml_audit import OpenXmlValidator

from sodasheet.office.build_templates import build_templates

TEMPLATES = files("sodasheet.templates")
BUILT = ("SodaSheet.xlam", "scheduled-push.xlsm", "sheets.xlsx", "permits.xlsx")


@pytest.fixture(scope="module")
def built():
    return build_templates()


def test_every_file_in_the_folder_is_built_and_every_built_file_is_there(built):
    there = {one.name for one in TEMPLATES.iterdir() if one.is_file() and one.name[0] != "_"}

    assert there == set(built)


def test_the_committed_files_are_what_their_sources_build_byte_for_byte(built):
    differing = [
        name for name, content in built.items() if TEMPLATES.joinpath(name).read_bytes() != content
    ]

    assert differing == []


@pytest.mark.parametrize("name", BUILT)
def test_office_would_open_it_without_repair(name, tmp_path):
    path = tmp_path / name
    path.write_bytes(TEMPLATES.joinpath(name).read_bytes())
    result = OpenXmlValidator().validate(path)

    assert [str(one) for one in result.errors if "WARNING" not in str(one.severity).upper()] == []


def test_the_auditor_does_find_what_is_wrong(tmp_path):
    broken = tmp_path / "broken.xlam"
    with (
        zipfile.ZipFile(io.BytesIO(TEMPLATES.joinpath("SodaSheet.xlam").read_bytes())) as old,
        zipfile.ZipFile(broken, "w") as new,
    ):
        for name in old.namelist():
            part = old.read(name).replace(b'keytip="P"', b'keytip="FOUR"')
            new.writestr(name, part.replace(b"<cols>", b"<colls>").replace(b"</cols>", b"</colls>"))

    assert not OpenXmlValidator().validate(broken).is_valid


@pytest.mark.parametrize("name", BUILT)
def test_a_built_file_keeps_no_trace_of_a_person_or_a_machine(name):
    with zipfile.ZipFile(io.BytesIO(TEMPLATES.joinpath(name).read_bytes())) as package:
        entries = package.infolist()
        texts = b"".join(package.read(one) for one in entries).decode("latin-1")

    assert {(one.date_time[0], one.create_system, one.compress_type) for one in entries} == {
        (1980, 0, zipfile.ZIP_STORED)
    }
    assert re.findall(r"<dc:creator>[^<]+<|<cp:lastModifiedBy>[^<]+<|/home/|/root/", texts) == []
