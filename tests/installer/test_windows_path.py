"""Changes to a PATH."""

import pytest

from sodasheet.installer.windows_path import with_folder, without_folder

HERE = r"C:\Users\jo\AppData\Local\Programs\SodaSheet"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", HERE),
        (r"C:\a;%USERPROFILE%\b", rf"C:\a;%USERPROFILE%\b;{HERE}"),
        (r"C:\a;", rf"C:\a;{HERE}"),
        (rf'C:\a;"{HERE.lower()}\";C:\b', rf'C:\a;"{HERE.lower()}\";C:\b'),
        ("x" * 5000, "x" * 5000 + f";{HERE}"),
    ],
)
def test_a_folder_is_added_once_at_the_end(before, after):
    assert with_folder(before, HERE) == after


def test_a_folder_is_removed_and_nothing_else():
    before = rf"C:\a;{HERE.upper()}\;%X%;;C:\b"

    assert without_folder(before, HERE) == r"C:\a;%X%;;C:\b"
    assert without_folder(before, r"C:\c") == before
