"""The whole workflow in a live Calc: select a dataset, map, check, push, view the results."""

from __future__ import annotations

from .conftest import Steward

COLUMNS = {"id": "text", "name": "text", "amount": "number"}
ROWS = [
    ["Id", "Name", "Amount", "Remarks"],
    ["'001", "Ann", 1.5, "x"],
    ["'002", "Bob", 2, None],
    ["'003", "Cid", 3, None],
]


def test_from_the_address_to_the_rows_in_the_dataset(steward: Steward) -> None:
    address = steward.dataset(COLUMNS, "id")
    steward.workbook(ROWS, "fees=2024 (é).xlsx")

    assert steward.press("choose_dataset", address) == []
    mapping = steward.mapping()
    told = steward.press("check_data")
    steward.press("push", True)
    steward.wait()

    assert mapping["Id"]["Dataset column"] == "Id · id"
    assert mapping["Remarks"]["Dataset column"] == "(ignore)"
    assert told == ["All 3 rows of Data in fees=2024 (é).xlsx are ready for Fees."]
    assert steward.rows(address, order="id") == [
        {"id": "001", "name": "Ann", "amount": "1.5"},
        {"id": "002", "name": "Bob", "amount": "2"},
        {"id": "003", "name": "Cid", "amount": "3"},
    ]
    results = steward.results()
    assert (results["Outcome"], results["Sent"], results["Created"]) == ("Done", "3", "3")
