"""The data dictionary, which documents the columns of a dataset."""

from __future__ import annotations

from sodasheet.describe.data_dictionary import data_dictionary
from sodasheet.describe.description import ColumnDescription, Description


def test_a_formula_is_disarmed_in_the_file_that_readers_open() -> None:
    column = ColumnDescription(
        "a", {"name": '=HYPERLINK("x")', "description": "-1+1|cmd", "identifier": "Yes"}
    )
    hidden = ColumnDescription("b", {"hidden": "Yes"})

    text = data_dictionary(Description(columns=(column, hidden)), ".csv").decode("utf-8-sig")

    assert text.splitlines()[1:] == ['"\'=HYPERLINK(""x"")",a,,\'-1+1|cmd,Yes']
