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
from sodasheet.installer.packages.msi_summary import fix_summary
from sodasheet.installer.packages.setup_program import numeric

#: Never changes: Windows uses it to recognize newer versions.
UPGRADE_CODE = UUID("6a1b0e5e-0a0f-5d0c-9c43-2f1d4d1c7a55")

_NAMESPACE = "http://schemas.microsoft.com/wix/2006/wi"
_ACTIVE_SETUP = r"SOFTWARE\Microsoft\Active Setup\Installed Components"
_ROOT = "INSTALLDIR"

#: Properties that are kept in the registry -> the value there (system/organization_settings.py
#: reads all but the last one). An upgrade takes them over unless it is given others.
_PROPERTIES = {
    "PORTAL": "Portal",
    "INTERPRETER": "Interpreter",
    "UPDATES": "Updates",
    "ADDIN": "AddIn",
}
_SETTINGS = r"SOFTWARE\SodaSheet"

#: Types of Windows Installer: a property is set; a program is run as the system, whatever it says.
_SET_PROPERTY, _RUN_AS_SYSTEM = 51, 34 + 64 + 1024 + 2048
_LOCAL_MACHINE, _RAW_VALUE_64_BIT = 2, 2 + 16

_TABLES = (
    "CREATE TABLE `Environment` (`Environment` CHAR(72) NOT NULL, `Name` CHAR(255) NOT NULL"
    " LOCALIZABLE, `Value` CHAR(255) LOCALIZABLE, `Component_` CHAR(72) NOT NULL"
    " PRIMARY KEY `Environment`)",
    "CREATE TABLE `RegLocator` (`Signature_` CHAR(72) NOT NULL, `Root` SHORT NOT NULL,"
    " `Key` CHAR(255) NOT NULL, `Name` CHAR(255), `Type` SHORT PRIMARY KEY `Signature_`)",
    "CREATE TABLE `AppSearch` (`Property` CHAR(72) NOT NULL, `Signature_` CHAR(72) NOT NULL"
    " PRIMARY KEY `Property`, `Signature_`)",
    "CREATE TABLE `CustomAction` (`Action` CHAR(72) NOT NULL, `Type` SHORT NOT NULL,"
    " `Source` CHAR(72), `Target` CHAR(255) PRIMARY KEY `Action`)",
)

#: Schedules of all users of the computer: a task must not be left that starts what is gone.
_WITHDRAW = (
    "INSERT INTO `CustomAction` (`Action`, `Type`, `Source`, `Target`)"
    f" VALUES ('WithdrawSchedules', {_RUN_AS_SYSTEM}, '{_ROOT}',"
    f" '\"[{_ROOT}]python\\pythonw.exe\" -B -m sodasheet.installer.for_computer uninstall')"
)


def _queries(component: str, secure: str) -> Iterator[str]:
    """Yield Windows Installer tables and actions for which wixl has no elements."""
    yield from _TABLES
    # Installed by someone who is asked for an administrator, only these reach the installation.
    names = ";".join(filter(None, [secure, *_PROPERTIES]))
    yield f"UPDATE `Property` SET `Value` = '{names}' WHERE `Property` = 'SecureCustomProperties'"
    yield (
        "UPDATE `Component` SET `Condition` = 'ADDIN <> \"0\"'"
        " WHERE `Component` = 'AddinForEachUser'"
    )
    yield (
        "INSERT INTO `Environment` (`Environment`, `Name`, `Value`, `Component_`)"
        f" VALUES ('SodaSheetPath', '=-*PATH', '[~];[{_ROOT}]', '{component}')"
    )
    yield _sequence("RemoveEnvironmentStrings", 3300)
    yield _sequence("WriteEnvironmentStrings", 5200)
    yield _WITHDRAW
    # Not during an upgrade.
    yield _sequence("WithdrawSchedules", 1590, 'REMOVE="ALL" AND NOT UPGRADINGPRODUCTCODE')
    yield _sequence("AppSearch", 50)
    for number, (name, value) in enumerate(_PROPERTIES.items()):
        yield f"UPDATE `Component` SET `Condition` = '{name}' WHERE `Component` = 'Set{value}'"
        yield (
            "INSERT INTO `RegLocator` (`Signature_`, `Root`, `Key`, `Name`, `Type`) VALUES"
            f" ('{value}', {_LOCAL_MACHINE}, '{_SETTINGS}', '{value}', {_RAW_VALUE_64_BIT})"
        )
        yield (
            "INSERT INTO `AppSearch` (`Property`, `Signature_`)"
            f" VALUES ('EARLIER{name}', '{value}')"
        )
        yield (
            "INSERT INTO `CustomAction` (`Action`, `Type`, `Source`, `Target`)"
            f" VALUES ('Keep{value}', {_SET_PROPERTY}, '{name}', '[EARLIER{name}]')"
        )
        yield _sequence(f"Keep{value}", 60 + number, f"NOT {name} AND EARLIER{name}")


def _sequence(action: str, number: int, condition: str = "") -> str:
    return (
        "INSERT INTO `InstallExecuteSequence` (`Action`, `Condition`, `Sequence`)"
        f" VALUES ('{action}', '{condition}', {number})"
    )


def write_msi(payload: Path, file: Path, version: str, moment: int) -> None:
    """Build the MSI of a payload; raises SodaSheetError if the tools fail."""
    with tempfile.TemporaryDirectory(prefix="sodasheet-") as scratch:
        script = Path(scratch, "sodasheet.wxs")
        Xml.ElementTree(_document(payload, version)).write(script, "utf-8", xml_declaration=True)
        _run(
            "wixl", ["--arch", "x64", "--output", str(file.resolve()), str(script)], moment, payload
        )
    component = _name("C", PurePath("sodasheet.exe"))
    existing = _listed(file, "tables").split()
    for query in _queries(component, _secure(file)):
        if not any(query.startswith(f"CREATE TABLE `{name}`") for name in existing):
            _run("msibuild", [str(file), "-q", query], moment)
    fix_summary(file, uuid5(UPGRADE_CODE, f"package {version} {_fingerprint(payload)}"), moment)


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
        product, "Package", InstallerVersion="500",
        Compressed="yes", InstallScope="perMachine", Platform="x64",
        Description=f"SodaSheet {version}", Manufacturer="SodaSheet",
    )  # fmt: skip
    newer = "A newer version of SodaSheet is installed. Remove it first."
    Xml.SubElement(product, "MajorUpgrade", DowngradeErrorMessage=newer)
    Xml.SubElement(product, "Media", Id="1", Cabinet="sodasheet.cab", EmbedCab="yes")
    Xml.SubElement(product, "Property", Id="ARPNOMODIFY", Value="1")
    # Without it, a quiet installation closes the programs that have files of ours open.
    Xml.SubElement(product, "Property", Id="MSIRESTARTMANAGERCONTROL", Value="Disable")
    target = Xml.SubElement(product, "Directory", Id="TARGETDIR", Name="SourceDir")
    programs = Xml.SubElement(target, "Directory", Id="ProgramFiles64Folder")
    root = Xml.SubElement(programs, "Directory", Id=_ROOT, Name="SodaSheet")
    components = [*_folder(payload, PurePath(), root), _addin(root, version)]
    components.append(_menu(target))
    components += [_setting(root, name, value) for name, value in _PROPERTIES.items()]
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
    """Windows runs this once for each user who signs in: the add-in is per user."""
    component = _component(root, "AddinForEachUser", "add-in")
    key = rf"{_ACTIVE_SETUP}\{_braced(UPGRADE_CODE)}"
    values = {
        "": "SodaSheet add-in",
        "StubPath": f'"[{_ROOT}]python\\pythonw.exe" -m sodasheet.installer.for_user install',
        "Version": numeric(version).replace(".", ","),
    }
    for name, value in values.items():
        entry = {"Root": "HKLM", "Key": key, "Type": "string", "Value": value}
        entry |= {"Name": name} if name else {"KeyPath": "yes"}
        Xml.SubElement(component, "RegistryValue", entry)
    return "AddinForEachUser"


def _setting(root: Xml.Element, name: str, value: str) -> str:
    """Add the component that stores a property in the registry, and return its name."""
    component = _component(root, f"Set{value}", f"setting {value}")
    Xml.SubElement(
        component, "RegistryValue", Root="HKLM", Key=_SETTINGS, Name=value, Type="string",
        Value=f"[{name}]", KeyPath="yes",
    )  # fmt: skip
    return f"Set{value}"


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


def _secure(msi: Path) -> str:
    lines = (line.split("\t") for line in _listed(msi, "export", "Property").splitlines())
    return next((line[1].strip() for line in lines if line[0] == "SecureCustomProperties"), "")


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
    # A cabinet contains local times.
    environ = {**os.environ, "SOURCE_DATE_EPOCH": str(moment), "TZ": "UTC"}
    done = subprocess.run(  # noqa: S603 - found on the path, no shell
        [program, *arguments], check=False, capture_output=True, text=True, env=environ, cwd=folder
    )
    if done.returncode:
        raise SodaSheetError(f"{name} failed: {done.stdout}{done.stderr}", "Nothing was built.")


def _listed(msi: Path, action: str, *more: str) -> str:
    command = ["msiinfo", action, str(msi), *more]
    done = subprocess.run(command, check=True, capture_output=True)  # noqa: S603
    return done.stdout.decode("utf-8", "replace")
