"""Preferences stored by Java: prefs.xml, the registry, a property list.

Each reader reads strings from one fixed place of a file and nothing else.
"""

from __future__ import annotations

import plistlib
import re
from typing import Any
from xml.parsers import expat

from sodasheet.errors import UsageProblem

NODE = "SocrataIntegrationPrefs"

#: The same name, as written by the JDK in the registry.
_REGISTRY = r"\JavaSoft\Prefs\/Socrata/Integration/Prefs".lower()
_REG_MARKS = ("Windows Registry Editor Version 5.00", "REGEDIT4")
_REG_LINE = re.compile(r'"((?:[^"\\]|\\.)*)"="((?:[^"\\]|\\.)*)"\s*')
_JAVA_ESCAPE = re.compile(r"/u([0-9a-fA-F]{4})|/(.)|(\\)")


def is_stored(content: bytes) -> bool:
    """True if a file contains stored preferences instead of a config.json."""
    if content.startswith(b"bplist"):
        return True
    text = _text(content).lstrip()
    return text.startswith(("<", *_REG_MARKS))


def stored_values(content: bytes) -> dict[str, str]:
    """Return the values of DataSync's node by Java's own keys (`domain`, `admin_email`, …).

    Raises UsageProblem if the file cannot be read or contains no such node.
    """
    text = "" if content.startswith(b"bplist") else _text(content).lstrip()
    if text.startswith(_REG_MARKS):
        return _registry(text)
    if not text or "<plist" in text[:1000]:
        return _property_list(content)
    return _xml(content)


def _text(content: bytes) -> str:
    codec = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    return content.decode(codec, "replace")


def _xml(content: bytes) -> dict[str, str]:
    """Read `<map><entry key="…" value="…"/>…</map>`; custom entities are refused, not expanded."""
    found: dict[str, str] = {}

    def begin(name: str, attributes: dict[str, str]) -> None:
        if name == "entry" and "key" in attributes:
            found[attributes["key"]] = attributes.get("value", "")

    def refuse(*_: object) -> None:
        raise UsageProblem("it declares entities.", "Specify the preferences file that Java wrote.")

    parser = expat.ParserCreate()
    parser.StartElementHandler = begin
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise _none("an XML file of Java's preferences") from error
    if not found:
        raise _none(f"the prefs.xml of {NODE}")
    return found


def _registry(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    inside = False
    for line in text.splitlines():
        if line.startswith("["):
            inside = line.strip().rstrip("]").lower().endswith(_REGISTRY)
        elif inside and (pair := _REG_LINE.fullmatch(line)):
            name, value = (from_java(re.sub(r"\\(.)", r"\1", part)) for part in pair.groups())
            found[name] = value
    if not found:
        raise _none(f"an export of the registry key {NODE}")
    return found


def from_java(text: str) -> str:
    """Decode a Java registry string: `/X` for a capital, `\\` for a slash."""

    def plain(match: re.Match[str]) -> str:
        code, sign, back = match.groups()
        if code:
            return chr(int(code, 16))
        return "/" if back else "\\" if sign == "/" else sign

    return (
        _JAVA_ESCAPE.sub(plain, text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    )


def _property_list(content: bytes) -> dict[str, str]:
    try:
        whole = plistlib.loads(content)
    except Exception as error:  # plistlib raises many kinds of errors on a damaged file
        raise _none("a property list of Java's preferences") from error
    node = _node(whole, 0)
    if node is None:
        raise _none(f"a property list that contains {NODE}")
    return {key: value for key, value in node.items() if isinstance(value, str)}


def _node(value: Any, depth: int) -> dict[str, Any] | None:
    """Return DataSync's node from anywhere in the nested nodes."""
    if not isinstance(value, dict) or depth > 8:
        return None
    for key, inner in value.items():
        if str(key).strip("/").endswith(NODE) and isinstance(inner, dict):
            return inner
        if (found := _node(inner, depth + 1)) is not None:
            return found
    return None


def _none(what: str) -> UsageProblem:
    return UsageProblem(
        f"it is not {what}.",
        "Specify DataSync's config.json, ~/.java/.userPrefs/SocrataIntegrationPrefs/prefs.xml, or "
        "an "
        r"export of HKEY_CURRENT_USER\Software\JavaSoft\Prefs.",
    )
