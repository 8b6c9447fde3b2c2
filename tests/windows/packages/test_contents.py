"""Content of the packages."""

from __future__ import annotations

import hashlib
import json
import os
import zipfile

from sodasheet.installer.packages import msi_package, payload, setup_program, write_lock_files
from sodasheet.installer.packages.installed_distributions import parts_in
from sodasheet.installer.packages.payload import Sources
from sodasheet.installer.packages.portable_zip import write_zip

from .conftest import CHECKOUT


def names_of_lock():
    return {line.split("==")[0] for line in write_lock_files.pins(write_lock_files.SHIPPED)}


def test_no_package_is_larger_than_it_may_be(built):
    for package in (built.setup, built.msi, built.portable):
        assert 10e6 < package.stat().st_size <= 90e6, package


def test_the_checksums_are_those_of_the_packages(built):
    lines = (built.folder / "SHA256SUMS-windows.txt").read_text("utf-8").splitlines()
    sums = dict(reversed(line.split("  ")) for line in lines)

    assert set(sums) == {built.setup.name, built.msi.name, built.portable.name}
    for name, digest in sums.items():
        assert hashlib.sha256((built.folder / name).read_bytes()).hexdigest() == digest


def test_everything_that_is_locked_is_inside_and_nothing_else(built):
    inside = {part.name for part in parts_in(built.payload / payload.SITE)}

    assert inside == names_of_lock() | {"sodasheet"}


def test_every_part_has_its_license_beside_it(built):
    folders = {path.name: path for path in (built.payload / "licenses").iterdir() if path.is_dir()}

    assert set(folders) == names_of_lock() | {"sodasheet", "python"}
    for name, folder in folders.items():
        texts = [path.read_text("utf-8", "replace") for path in folder.iterdir()]
        assert texts, name
        assert max(map(len, texts)) > 60, name


def test_the_index_of_licenses_names_every_part_and_points_to_texts_that_exist(built):
    index = (built.payload / "licenses" / "index.txt").read_text("utf-8")
    _, _, lines = index.partition("\n\n")
    stated = dict(line.split(": ", 1) for line in lines.splitlines())

    assert {name.split()[0].casefold() for name in stated} == {
        name.casefold() for name in names_of_lock() | {"sodasheet", "python"}
    }
    for name in stated:
        texts = list((built.payload / "licenses" / name.split()[0].casefold()).iterdir())
        assert texts, name


def test_the_index_states_every_license(built):
    index = (built.payload / "licenses" / "index.txt").read_text("utf-8")

    assert "see its files" not in index


def test_the_bill_of_materials_names_every_part_with_its_hash(built):
    bill = json.loads((built.payload / "sbom.cdx.json").read_text("utf-8"))
    parts = {part["name"]: part for part in bill["components"] if part["type"] == "library"}

    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.5")
    assert bill["metadata"]["component"]["version"] == built.version
    assert set(parts) == names_of_lock()
    assert all(part["hashes"][0]["alg"] == "SHA-256" for part in parts.values())
    assert any(part["name"].startswith("Python") for part in bill["components"])


def test_the_guide_can_be_read_from_its_folder(built):
    page = (built.payload / "guide" / "index.html").read_text("utf-8")

    assert "SodaSheet" in page
    assert 'href="/' not in page


def test_the_same_checkout_gives_the_same_bytes(built, tmp_path):
    sources = Sources.of(CHECKOUT)
    again = tmp_path / "SodaSheet"
    payload.assemble(sources, again, built.version)
    write_zip(again, tmp_path / "again.zip", sources.moment)
    with zipfile.ZipFile(built.portable) as one, zipfile.ZipFile(tmp_path / "again.zip") as two:
        first = {entry.filename: entry.CRC for entry in one.infolist()}
        second = {entry.filename: entry.CRC for entry in two.infolist()}
        assert {n for n in first.keys() | second.keys() if first.get(n) != second.get(n)} == set()
    assert (tmp_path / "again.zip").read_bytes() == built.portable.read_bytes()

    msi = tmp_path / "again.msi"
    msi_package.write_msi(again, msi, built.version, sources.moment)
    assert msi.read_bytes() == built.msi.read_bytes()
    # Packed quickly, as the fixture does; of packages that were built before there is no such one.
    other = tmp_path / "other.exe" if os.environ.get("SODASHEET_PACKAGES") else built.setup
    for setup in {tmp_path / "again.exe", other} - {built.setup}:
        setup_program.write_setup(again, setup, built.version, sources.moment, compressor="zlib")
    assert (tmp_path / "again.exe").read_bytes() == other.read_bytes()
