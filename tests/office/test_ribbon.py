"""The ribbon: parts that Excel would refuse, VBA would not find, or the guide omits."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path
from xml.etree import ElementTree

import pytest

NAMESPACE = "{http://schemas.microsoft.com/office/2006/01/customui}"
RIBBON = ElementTree.fromstring(files("sodasheet.vba").joinpath("ribbon.xml").read_bytes())
GUIDE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "install-the-add-in.md"

#: Names shared by VBA, Python and the ribbon, in workflow order.
BUTTONS = [
    "sign_in",
    "test_connection",
    "sign_out",
    "choose_dataset",
    "create_dataset",
    "choose_source",
    "describe_dataset",
    "dataset_columns",
    "make_template",
    "open_on_portal",
    "map_columns",
    "check_data",
    "match_again",
    "preview_changes",
    "push",
    "stop",
    "schedule",
    "run_history",
    "quality",
    "retry_failed_rows",
    "undo_last_push",
    "help",
    "check_computer",
    "open_log",
]

#: Icons from Excel's list of controls; others may be missing in some versions.
ICONS = {
    "ChartTypeColumnInsertGallery",
    "ConnectionProperties",
    "ErrorChecking",
    "FileDocumentInspect",
    "FileExit",
    "FileNew",
    "FileProperties",
    "FileOpen",
    "FileVersionHistory",
    "GetExternalDataFromText",
    "GetExternalDataFromWeb",
    "HeaderFooterCurrentTimeInsert",
    "Help",
    "MacroPlay",
    "PropertySheet",
    "Refresh",
    "RefreshAll",
    "RefreshCancel",
    "RefreshStatus",
    "ReviewTrackChangesMenu",
    "SheetColumnsInsert",
    "TableInsertExcel",
    "Undo",
    "WebPagePreview",
}
SIGNATURES = {
    "onLoad": "ribbonUi As IRibbonUI",
    "onAction": "control As IRibbonControl",
    "getEnabled": "control As IRibbonControl, ByRef enabled As Variant",
}


def tag(element):
    return element.tag.removeprefix(NAMESPACE)


def elements(name):
    return [one for one in RIBBON.iter() if tag(one) == name]


@pytest.fixture(scope="module")
def attributes():
    """Element -> the attributes allowed there, from the Open XML SDK's own schema."""
    data = files("openxml_audit").joinpath("data", "openxml", "schemas")
    text = data.joinpath("schemas_microsoft_com_office_2006_01_customui.json").read_text("utf-8")
    allowed = {}
    for kind in json.loads(text)["Types"]:
        name = kind["Name"].rpartition("mso:")[2]
        names = {one["QName"].lstrip(":") for one in kind.get("Attributes", [])}
        allowed[name] = allowed.get(name, set()) | names
    return allowed


def test_every_element_has_only_attributes_that_the_schema_knows(attributes):
    wrong = [
        (tag(one), name)
        for one in RIBBON.iter()
        for name in one.attrib
        if name not in attributes[tag(one)]
    ]

    assert wrong == []
    assert "keytip" in attributes["button"]
    assert "keyTip" not in attributes["button"]


def test_the_tab_has_the_buttons_of_the_design_in_their_order():
    assert [one.get("label") for one in elements("tab")] == ["Open Data"]
    assert [one.get("label") for one in elements("group")] == [
        "Account", "Dataset", "Prepare", "Publish", "Follow up", "Support",
    ]  # fmt: skip
    assert [one.get("id") for one in elements("button")] == BUTTONS
    large = [one.get("id") for one in elements("button") if one.get("size") == "large"]
    assert large == [
        "sign_in", "choose_dataset", "map_columns", "check_data", "preview_changes", "push",
        "schedule", "help",
    ]  # fmt: skip


def test_ids_are_unique_names_and_texts_keep_the_limits():
    ids = [one.get("id") for one in RIBBON.iter() if one.get("id")]
    texts = [value for one in RIBBON.iter() for value in one.attrib.values()]

    assert len(ids) == len(set(ids)) > 20
    assert all(re.fullmatch(r"[A-Za-z_][\w.-]*", one) for one in ids)
    assert all(0 < len(one) <= 1024 and one.isascii() for one in texts)


def test_every_button_explains_itself_and_has_an_icon_of_its_own():
    buttons = elements("button")

    assert {one.get("imageMso") for one in buttons} <= ICONS
    for name in ("imageMso", "label", "screentip", "supertip"):
        assert len({one.get(name) for one in buttons} - {None}) == len(buttons)
    for one in buttons:
        assert one.get("screentip") != one.get("label")
        assert one.get("supertip").endswith(".")


def test_no_keytip_is_reserved_or_hides_another():
    keytips = [one.get("keytip") for one in elements("button")]

    assert len(set(keytips)) == len(BUTTONS)
    assert all(re.fullmatch(r"[A-IK-XK-X][A-Z]{0,2}", one) for one in keytips)
    assert [
        (one, other)
        for one in keytips
        for other in keytips
        if one != other and other.startswith(one)
    ] == []


def test_the_tab_takes_over_no_key_of_a_menu_of_earlier_versions():
    """Alt with one of these keys opened a menu in Excel 2003, and many users still press them."""
    (tab,) = elements("tab")

    assert tab.get("keytip") == "SD"
    assert tab.get("keytip")[0] not in set("EVIOTD") | set("FHNPMARWLXYBUQ")


def test_every_callback_is_there_with_the_signature_that_excel_calls(macros):
    found = dict(re.findall(r"(?m)^Public Sub (\w+)\(([^)]*)\)", macros["Ribbon"]))
    wanted = {
        value: SIGNATURES[name]
        for one in RIBBON.iter()
        for name, value in one.attrib.items()
        if name.startswith(("on", "get", "load"))
    }

    assert {name: found.get(name) for name in wanted} == wanted
    assert set(found) - set(wanted) == {"Refresh", "Undo_ends_here"}


@pytest.mark.parametrize("button", BUTTONS)
def test_a_button_leads_to_the_python_function_of_its_name(macros, button):
    (element,) = [one for one in elements("button") if one.get("id") == button]
    body = re.search(rf"(?ms)^Public Sub On_{button}\(.*?^End Sub", macros["Ribbon"])

    assert element.get("onAction") == f"On_{button}"
    assert f'Press "{button}", NEEDS_' in body[0]


@pytest.mark.parametrize("button", BUTTONS)
def test_a_button_asks_before_it_acts_for_what_its_enabled_state_asks(macros, button):
    (element,) = [one for one in elements("button") if one.get("id") == button]
    need = re.search(rf'Press "{button}", NEEDS_(\w+)', macros["Ribbon"])[1]
    state = element.get("getEnabled") or element.get("enabled")

    assert state == (None if need == "NOTHING" else f"Enabled_{need.lower()}")


def test_nothing_is_hidden_and_help_is_never_disabled():
    hiding = [one.get("id") for one in RIBBON.iter() if {"visible", "getVisible"} & set(one.attrib)]
    (help_button,) = [one for one in elements("button") if one.get("id") == "help"]

    assert hiding == []
    assert {"enabled", "getEnabled"}.isdisjoint(help_button.attrib)
    assert elements("ribbon")[0].get("startFromScratch") == "false"


@pytest.mark.parametrize("button", BUTTONS)
def test_the_guide_explains_every_button_and_its_key(button):
    (element,) = [one for one in elements("button") if one.get("id") == button]
    begin = rf"\*{re.escape(element.get('label'))}\* \| {element.get('keytip')}"
    row = rf"(?m)^\| {begin} \| [^|]{{20,}} \| [^|]+ \|$"

    assert re.search(row, GUIDE.read_text(encoding="utf-8"))
