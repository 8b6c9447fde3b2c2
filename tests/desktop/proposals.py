"""Proposals to confirm."""

from __future__ import annotations

from sodasheet.model.dataset import Dataset
from sodasheet.model.finding import FindingGroup, Severity
from sodasheet.model.method import Method
from sodasheet.model.preview import Preview
from sodasheet.push.order import Proposal

NOT_A_NUMBER = FindingGroup(
    "not-a-number",
    Severity.REJECT,
    "9 cells in Fee are not numbers, the first in row 17: “n/a”.",
    "Mend them.",
    9,
    "Fee",
)
CUT = FindingGroup(
    "spaces",
    Severity.NOTE,
    "3 cells in Address begin or end with blanks, which are taken off.",
    "Nothing to do.",
    3,
    "Address",
)


FORESEEN = Preview(20, 63, 12_029, 208, 12_300, 291, emptied=("inspector", "notes"))

RUN = "20240302-081500-4c1d"


def proposal(
    method: str,
    name: str = "Building Permits",
    rejected: int = 0,
    findings: bool = False,
    foreseen: bool = False,
) -> Proposal:
    dataset = Dataset("https://data.example.gov", "prmt-7x2d", name, (), "permit_no")
    groups = (CUT, NOT_A_NUMBER) if findings else ()
    preview = FORESEEN if foreseen else None
    return Proposal(Method(method), dataset, 291, rejected, 12_300, groups, preview=preview)


def way_back() -> Proposal:
    """To take back a push that added 20 rows and changed 63."""
    dataset = Dataset("https://data.example.gov", "prmt-7x2d", "Building Permits", (), "permit_no")
    back = "put back 63 rows as before it and delete 20 rows that it added"
    return Proposal(
        Method.UPSERT,
        dataset,
        63,
        0,
        12_320,
        way_back=f"Take back run {RUN} in {dataset.name}: {back}.",
        removing=20,
        past="2024-03-02 08:15: Updated Building Permits: 291 rows sent, 20 created, 271 updated.",
    )
