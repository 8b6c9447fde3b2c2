"""Proposals to confirm."""

from __future__ import annotations

from sodasheet.model.dataset import Dataset
from sodasheet.model.finding import FindingGroup, Severity
from sodasheet.model.method import Method
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


def proposal(
    method: str, name: str = "Building Permits", rejected: int = 0, findings: bool = False
) -> Proposal:
    dataset = Dataset("https://data.example.gov", "prmt-7x2d", name, (), "permit_no")
    groups = (CUT, NOT_A_NUMBER) if findings else ()
    return Proposal(Method(method), dataset, 291, rejected, 12_300, groups)
