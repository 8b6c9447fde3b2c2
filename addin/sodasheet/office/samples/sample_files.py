"""Sample data in templates/, byte for byte: `python -m sodasheet.office.samples.sample_files`."""

from __future__ import annotations

import csv
import dataclasses
import io
import sys
from collections.abc import Iterable, Sequence
from importlib.resources import files
from pathlib import Path

from sodasheet.office.samples.building_permits import HEADERS, Permit, permit_number, permits
from sodasheet.office.samples.planted_errors import PLANTED, ROWS, Error, Planted
from sodasheet.office.samples.sample_workbook import permits_workbook

__all__ = ["PLANTED", "Error", "Planted", "build_samples", "write_samples"]

#: Permits that a freshly seeded practice portal holds.
_SEEDED = 300


def build_samples() -> dict[str, bytes]:
    """Return the content of every sample file by its name."""
    return {
        "permits.xlsx": permits_workbook(permits(1, ROWS)),
        "permits-clean.csv": _csv(HEADERS, map(_texts, permits(1, _SEEDED))),
        "permits-new.csv": _csv(HEADERS, map(_texts, permits(401, 420))),
        "permits-changes.csv": _csv(HEADERS, map(_texts, _changes())),
        "permits-withdrawn.csv": _csv(["Permit No"], _withdrawn()),
    }


def write_samples(folder: Path) -> list[Path]:
    """Write every sample file into a folder; return their paths."""
    written = []
    for name, content in build_samples().items():
        path = folder / name
        path.write_bytes(content)
        written.append(path)
    return written


def _changes() -> list[Permit]:
    """Thirty seeded permits, now finished, and ten new permits."""
    finished = [
        dataclasses.replace(
            permit,
            completion=1.0,
            inspected=True,
            declared=round(permit.declared + 1250.5, 2),
            notes="Final inspection passed",
        )
        for permit in permits(1, _SEEDED)[4::10]
    ]
    return finished + permits(421, 430)


def _withdrawn() -> list[list[str]]:
    return [[permit_number(count)] for count in range(8, _SEEDED, 20)]


def _texts(permit: Permit) -> list[str]:
    """Return a permit as text: US dates, UTC times, percent as whole numbers, true and false."""
    return [
        permit.number,
        permit.kind,
        f"{permit.opened:%m/%d/%Y}",
        f"{permit.issued:%Y-%m-%dT%H:%M:%SZ}" if permit.issued else "",
        f"{permit.declared:.2f}",
        f"{permit.completion * 100:.0f}",
        str(permit.inspected).lower(),
        permit.email,
        permit.phone,
        permit.website or "",
        f"{permit.latitude:.5f}",
        f"{permit.longitude:.5f}",
        permit.parcel,
        permit.notes or "",
        permit.zip,
        str(permit.units),
    ]


def _csv(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(headers)
    writer.writerows(rows)
    return text.getvalue().encode()


if __name__ == "__main__":
    for built in write_samples(Path(str(files("sodasheet.templates")))):
        sys.stdout.write(f"{built}\n")
