"""The MSI for a whole computer, made by wixl: for Intune, Configuration Manager, group policy."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path, PurePath
from uuid import UUID, uuid5
from xml.etree import ElementTree as Xml

from sodasheet.errors import SodaSheetError
from sodasheet.installer.packages.setup_program import numeric

#: Kept for ever: by it Windows knows that one version follows another.
UPGRADE_CODE = UUID("6a1b0e5e-0a0f-5d0c-9c43-2f1d4d1c7a55")

_NAMESPACE = "http://schemas.microsoft.com/wix/2006/wi"
_ACTIVE_SETUP = r"SOFTWARE\Microsoft\Active Setup\Installed Components"
_ROOT = "INSTALLDIR"

#: wixl knows no conditions of components and no environment variables; these are Windows
#: Installer's own tables and actions.
_QUERIES = (
    "UPDATE `Component` SET `Condition` = 'ADDIN <> \"0\"' WHERE `Component` = 'AddinForEachUser'",
    "CREATE TABLE `Environment` (`Environment` CHAR(72) NOT NULL, `Name` CHAR(255) NOT NULL"
    " LOCALIZABLE, `Value` CHAR(255) LOCALIZABLE, `Component_` CHAR(72) NOT NULL"
    " PRIMARY KEY `Environment`)",
    "INSERT INTO `Environment` (`Environment`, `Name`, `Value`, `Component_`)"
    f" VALUES ('SodaSheetPath', '=-*PATH', '[~];[{_ROOT}]', '{{component}}')",
    "INSERT INTO `InstallExecuteSequence` (`Action`, `Sequence`)"
    " VALUES ('RemoveEnvironmentStrings', 3300)",
    "INSERT INTO `InstallExecuteSequence` (`Action`, `Sequence`)"
    " VALUES ('WriteEnvironmentStrings', 5200)",
)


def write_msi(payload: Path, file: Path, version: str, moment: int) -> None:
    """Make the MSI of a payload; raises SodaSheetError if the tools cannot."""
    with tempfile.TemporaryDirectory(prefix="sodasheet-") as scratch:
        script = Path(scratch, "sodasheet.wxs")
        Xml.ElementTree(_document(payload, version)).write(script, "utf-8", xml_declaration=True)
        _run(
            "wixl", ["--arch", "x64", "--output", str(file.resolve()), str(script)], moment, payload
        )
    component = _name("C", PurePath("sodasheet.exe"))
    for query in _QUERIES:
        _run("msibuild", [str(file), "-q", query.format(component=component)], moment)


def product_code(version: str) -> str:
    """Return the product code of a version."""
    return _guid(f"product {version}")


def _document(payload: Path, version: str) -> Xml.Element:
    wix = Xml.Element("Wix", xmlns=_NAMESPACE)
    product = Xml.SubElement(
        wix, "Product", Id=product_code(version), Name="SodaSheet", Language="1033",
        Version=numeric(version).rpartition(".")[0], Manufacturer="SodaSheet",
        UpgradeCode=_braced(UPGRADE_CODE),
    )  # fmt: skip
    Xml.SubElement(
        product, "Package", Id=_guid(f"package {_fingerprint(payload)}"), InstallerVersion="500",
        Compressed="yes", InstallScope="perMachine", Platform="x64",
        Description=f"SodaSheet {version}", Manufacturer="SodaSheet",
    )  # fmt: skip
    newer = "A newer version of SodaSheet is installed. Remove it first."
    Xml.SubElement(product, "MajorUpgrade", DowngradeErrorMessage=newer)
    Xml.SubElement(product, "Media", Id="1", Cabinet="sodasheet.cab", EmbedCab="yes")
    Xml.SubElement(product, "Property", Id="ADDIN", Value="1")
    Xml.SubElement(product, "Property", Id="ARPNOMODIFY", Value="1")
    target = Xml.SubElement(product, "Directory", Id="TARGETDIR", Name="SourceDir")
    programs = Xml.SubElement(target, "Directory", Id="ProgramFiles64Folder")
    root = Xml.SubElement(programs, "Directory", Id=_ROOT, Name="SodaSheet")
    components = [*_folder(payload, PurePath(), root), _addin(root, version)]
    components.append(_menu(target))
    feature = Xml.SubElement(product, "Feature", Id="SodaSheet", Level="1")
    for component in components:
        Xml.SubElement(feature, "ComponentRef", Id=component)
    return wix


def _folder(folder: Path, inside: PurePath, parent: Xml.Element) -> Iterator[str]:
    for path in sorted(folder.iterdir()):
        place = inside / path.name
        if path.is_dir():
            below = Xml.SubElement(parent, "Directory", Id=_name("D", place), Name=path.name)
            yield from _folder(path, place, below)
            continue
        name = _name("C", place)
        component = _component(parent, name, str(place))
        Xml.SubElement(
            component,
            "File",
            Id=_name("F", place),
            Name=path.name,
            Source=place.as_posix(),
            KeyPath="yes",
        )
        yield name


def _addin(root: Xml.Element, version: str) -> str:
    """Windows starts this once for each user who signs in: the add-in is a user's own."""
    component = _component(root, "AddinForEachUser", "add-in")
    key = rf"{_ACTIVE_SETUP}\{_braced(UPGRADE_CODE)}"
    values = {
        "": "SodaSheet add-in",
        "StubPath": f'"[{_ROOT}]sodasheetw.exe" addin install',
        "Version": numeric(version).replace(".", ","),
    }
    for name, value in values.items():
        entry = {"Root": "HKLM", "Key": key, "Type": "string", "Value": value}
        entry |= {"Name": name} if name else {"KeyPath": "yes"}
        Xml.SubElement(component, "RegistryValue", entry)
    return "AddinForEachUser"


def _menu(target: Xml.Element) -> str:
    menu = Xml.SubElement(target, "Directory", Id="ProgramMenuFolder")
    folder = Xml.SubElement(menu, "Directory", Id="StartMenu", Name="SodaSheet")
    component = _component(folder, "StartMenuEntries", "start menu")
    Xml.SubElement(
        component, "Shortcut", Id="DeskEntry", Name="SodaSheet desk", Arguments="desk",
        Target=f"[{_ROOT}]sodasheetw.exe",
    )  # fmt: skip
    Xml.SubElement(
        component, "Shortcut", Id="GuideEntry", Name="SodaSheet guide",
        Target=rf"[{_ROOT}]guide\index.html",
    )  # fmt: skip
    Xml.SubElement(component, "RemoveFolder", Id="RemoveStartMenu", On="uninstall")
    Xml.SubElement(
        component, "RegistryValue", Root="HKLM", Key=r"SOFTWARE\SodaSheet", Name="StartMenu",
        Type="integer", Value="1", KeyPath="yes",
    )  # fmt: skip
    return "StartMenuEntries"


def _component(parent: Xml.Element, name: str, place: str) -> Xml.Element:
    return Xml.SubElement(
        parent, "Component", Id=name, Guid=_guid(f"component {place}"), Win64="yes"
    )


def _name(kind: str, place: PurePath) -> str:
    return f"{kind}{sha256(place.as_posix().encode()).hexdigest()[:24]}"


def _guid(text: str) -> str:
    return _braced(uuid5(UPGRADE_CODE, text))


def _braced(value: UUID) -> str:
    return f"{{{str(value).upper()}}}"


def _fingerprint(payload: Path) -> str:
    whole = sha256()
    for path in sorted(path for path in payload.rglob("*") if path.is_file()):
        whole.update(path.relative_to(payload).as_posix().encode() + b"\0")
        whole.update(sha256(path.read_bytes()).digest())
    return whole.hexdigest()


def _run(name: str, arguments: list[str], moment: int, folder: Path | None = None) -> None:
    program = shutil.which(name)
    if program is None:
        raise SodaSheetError(
            f"{name} was not found, so the MSI cannot be built.",
            "Install it (on Debian: apt-get install wixl msitools), then build again.",
        )
    environ = {**os.environ, "SOURCE_DATE_EPOCH": str(moment)}
    done = subprocess.run(  # noqa: S603 - found on the path, no shell
        [program, *arguments], check=False, capture_output=True, text=True, env=environ, cwd=folder
    )
    if done.returncode:
        raise SodaSheetError(f"{name} failed: {done.stdout}{done.stderr}", "Nothing was built.")


def contents(msi: Path) -> dict[str, str]:
    """Return the tables and streams of an MSI as text or hashes, without the time of writing."""
    listed = _listed(msi, "tables")
    found = {name: _listed(msi, "export", name) for name in listed.split()}
    found |= {"suminfo": _listed(msi, "suminfo")}
    return found


def _listed(msi: Path, action: str, *more: str) -> str:
    command = ["msiinfo", action, str(msi), *more]
    done = subprocess.run(command, check=True, capture_output=True)  # noqa: S603
    return done.stdout.decode("utf-8", "replace")
