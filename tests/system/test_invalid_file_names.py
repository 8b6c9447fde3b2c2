"""Names that Windows keeps for devices."""

import pytest

from sodasheet.system.invalid_file_names import is_device


@pytest.mark.parametrize("name", ["NUL", "nul.json", "con.a.b", r"C:\x\AUX.txt", "com1", "LPT¹"])
def test_a_device(name):
    assert is_device(name)


@pytest.mark.parametrize("name", ["null.json", "com10.json", "console.json", r"NUL\a.json"])
def test_a_file(name):
    assert not is_device(name)
