"""File names: reserved for devices, cleaned, and not yet taken."""

import pytest

from sodasheet.system.file_names import file_name, free_name, is_device


@pytest.mark.parametrize("name", ["NUL", "nul.json", "con.a.b", r"C:\x\AUX.txt", "com1", "LPT¹"])
def test_a_device(name):
    assert is_device(name)


@pytest.mark.parametrize("name", ["null.json", "com10.json", "console.json", r"NUL\a.json"])
def test_a_file(name):
    assert not is_device(name)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Fees 2024", "Fees 2024"),
        ('a/b:c"d', "a_b_c_d"),
        (" .tab\t. ", "tab"),
        (". \n .", "job"),
        ("../../x", "_.._x"),
        ("nul", "nul_"),
        ("CON.x", "CON.x_"),
        ("é" * 300, "é" * 90),
        ("\ud800", "job"),
    ],
)
def test_a_name_is_cleaned(name, expected):
    assert file_name(name, "job") == expected


def test_a_taken_name_is_numbered():
    taken = {"fees", "fees (2)"}
    assert free_name("Fees", lambda name: name.casefold() in taken) == "Fees (3)"
    assert free_name("Trees", lambda name: name.casefold() in taken) == "Trees"
