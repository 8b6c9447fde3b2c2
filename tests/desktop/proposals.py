"""Proposals to confirm."""

from __future__ import annotations

from sodasheet.model.dataset import Dataset
from sodasheet.model.finding import FindingGroup, Severity
from sodasheet.model.method import Method
from sodasheet.model.preview import Preview
from sodasheet.push.prompt import Proposal
from sodasheet.push.undo.conflicts import ConflictError
from sodasheet.staging.restore.counts import RestoreCounts

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
    trial: str = "",
) -> Proposal:
    dataset = Dataset("https://data.example.gov", "prmt-7x2d", name, (), "permit_no")
    groups = (CUT, NOT_A_NUMBER) if findings else ()
    preview = FORESEEN if foreseen else None
    return Proposal(
        Method(method),
        dataset,
        291,
        rejected,
        12_300,
        findings=groups,
        preview=preview,
        may_try=method != "replace",
        trial=trial,
    )


def others() -> ConflictError:
    """What stands against taking that push back where others have changed 7 rows since."""
    dataset = Dataset("https://data.example.gov", "prmt-7x2d", "Building Permits", (), "permit_no")
    rows = (
        ("BP-2024-0017", "Status “Closed” would be “Open”, Fee “120” would be “110.50”"),
        ("BP-2024-0231", "was deleted since; it would be put back"),
        ("BP-2024-0302", "would be deleted: Status “Issued”, Fee “75”, Inspector “Zoë Muñoz”"),
    )
    return ConflictError(RUN, dataset, RestoreCounts(63, 20, 7, rows[0][0]), rows)


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
