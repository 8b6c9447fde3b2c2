"""The basket: sources of many shapes, beside what people would use instead on the same files.

    python benchmarks/basket.py [--rows 1000000] [--shapes lf,ends] [--steps peer,check] [--local]
        [--json FILE]

Every step is a separate process; figures are CPU seconds (user and system) of the client alone,
and ratios within one run. `--local` leaves out what needs a portal. The practice portal runs over
TLS in a separate process. After the first push the dataset is compared, by count and by a
checksum for each column, with the one that sodapy filled from the same file.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import statistics
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import shapes
from measuring import Figures, apart, measured, told_portal
from push import TODAY, ask, counted, practice
from shapes import Cell, Shape

CHUNK = 10_000
_PAGE = 50_000

#: Steps that need no portal, and those that do, in order.
LOCAL = ("gzip", "peer", "open", "check", "csv", "json")
REMOTE = (
    *("sodapy", "socrata-py", "first", "preview", "foreseen"),
    *("unchanged", "changed", "forgotten"),
)

#: Steps of SodaSheet.
OURS = frozenset({*LOCAL, *REMOTE}) - {"gzip", "peer", "sodapy", "socrata-py"}

#: The ratios of the table: step, yardstick, and what is aimed at in the median and at worst.
RATIOS: dict[str, tuple[str, str, float | None, float | None]] = {
    "check / peer's load": ("check", "peer", 1.2, 1.6),
    "first / sodapy": ("first", "sodapy", 0.6, 0.9),
    "1 % changed / sodapy": ("changed", "sodapy", 0.25, 0.4),
    "unchanged / sodapy": ("unchanged", "sodapy", 0.05, 0.05),
    "preview / first": ("preview", "first", 1.0, 1.0),
    "preview of 1 % changed, remembered / first": ("foreseen", "first", 1.0, 1.0),
    "nothing remembered / sodapy": ("forgotten", "sodapy", None, None),
}

Table = dict[str, dict[str, Figures]]


def main() -> None:
    options = _options()
    if options.step:
        shape, path = shapes.shape(options.shape), Path(options.file)
        print(json.dumps(measured(lambda: step_of(options.step, shape, path))))
        return
    chosen = [one for one in shapes.SHAPES if not options.shapes or one.name in options.shapes]
    steps = [
        step
        for step in (LOCAL if options.local else (*LOCAL, *REMOTE))
        if step in (options.steps or (*LOCAL, *REMOTE))
    ]
    table = run(chosen, options.rows, steps, show=True)
    print(_summary(table))
    if options.json:
        Path(options.json).write_text(json.dumps(table, indent=1) + "\n")


def run(chosen: list[Shape], rows: int, steps: Sequence[str], *, show: bool) -> Table:
    """Measure these steps of every shape."""
    table: Table = {}
    local = [step for step in LOCAL if step in steps]
    remote = [step for step in REMOTE if step in steps]
    if not remote:
        for shape in chosen:
            table[shape.name] = measure(shape, rows, local)
            if show:
                print(_line(shape, shape.rows(rows), table[shape.name]), flush=True)
        return table
    with practice() as portal, tempfile.TemporaryDirectory() as folder:
        for shape in chosen:
            home = Path(folder) / shape.name
            figures = measure(shape, rows, local)
            figures |= _remote(shape, shape.rows(rows), portal | {"home": str(home)}, remote)
            table[shape.name] = figures
            if show:
                print(_line(shape, shape.rows(rows), figures), flush=True)
    return table


def measure(shape: Shape, asked: int, steps: Sequence[str]) -> dict[str, Figures]:
    """Return the figures of steps that need no portal."""
    path = shape.path(shape.rows(asked))
    return {step: _apart(shape, step, path) for step in steps}


def _remote(
    shape: Shape, rows: int, portal: dict[str, Any], steps: Sequence[str]
) -> dict[str, Figures]:
    first = shape.path(rows)
    changed = _changed(shape, rows)
    theirs, ours = (portal | {"dataset": _made(shape, portal)} for _ in range(2))
    found: dict[str, Figures] = {}
    for step in steps:
        path = changed if step in ("foreseen", "changed", "forgotten") else first
        told = theirs if step in ("sodapy", "socrata-py") else ours
        found[step] = counted(
            portal,
            lambda: _apart(shape, step, path, told),  # noqa: B023 - done at once
        )
        if step == "first" and "sodapy" in steps and not shape.findings:
            _require_same(shape, theirs, ours)
    changes = sum(1 for number in range(rows) if number % 100 == 50)
    if "changed" in found and not shape.findings:
        assert found["changed"]["rows"] == changes, (shape.name, found["changed"])
    return found


def _apart(shape: Shape, step: str, path: Path, portal: dict[str, Any] | None = None) -> Figures:
    return apart(
        __file__, "--step", step, "--shape", shape.name, "--file", str(path), portal=portal
    )


def _changed(shape: Shape, rows: int) -> Path:
    """Return the source with the last column of text changed in every hundredth row."""

    last = max(at for at, one in enumerate(shape.fields) if one.type == "text")

    def lines() -> Iterator[list[Cell]]:
        for number, cells in enumerate(shape.lines(rows)):
            if number % 100 == 50:
                cells[last] = f"{cells[last]} changed"
            yield cells

    path = shape.path(rows).with_name(f"sodasheet-basket-{shape.name}-{rows}-changed{shape.suffix}")
    if not path.exists():
        part = path.with_name(f"part-{path.name}")
        shape.write(part, lines())
        part.rename(path)
    return path


def step_of(step: str, shape: Shape, path: Path) -> Figures:
    """Do one step."""
    if step == "gzip":
        subprocess.run(["gzip", "-1", "-c", str(path)], stdout=subprocess.DEVNULL, check=True)
        return {}
    if step == "peer":
        return _peer(shape, path)
    if step in LOCAL:
        return _staged(step, shape, path)
    portal = told_portal()
    if step == "sodapy":
        return _sodapy(shape, path, portal)
    if step == "socrata-py":
        return _socrata_py(path, portal)
    if step in ("preview", "foreseen"):
        return _previewed(step, shape, path, portal)
    return _pushed(step, shape, path, portal)


def _peer(shape: Shape, path: Path) -> Figures:
    """Load the source with the fastest library there is: DuckDB for a text, calamine for a sheet.

    DuckDB reads UTF-8 alone; for another encoding its yardstick is the same text in UTF-8.
    """
    if shape.is_workbook:
        from python_calamine import CalamineWorkbook

        rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("Data").to_python()
        return {"rows": len(rows) - 1}
    import duckdb

    plain = _in_utf8(shape, path)
    with tempfile.TemporaryDirectory() as folder:
        config = {"memory_limit": "350MB", "threads": 2}
        connection = duckdb.connect(str(Path(folder) / "plain.duckdb"), config=config)
        connection.execute(
            f"CREATE TABLE plain AS SELECT * FROM read_csv('{plain}', all_varchar=true,"
            " header=true)"
        )
        (rows,) = connection.execute("SELECT count(*) FROM plain").fetchall()[0]
        connection.close()
    return {"rows": rows}


def _in_utf8(shape: Shape, path: Path) -> Path:
    if shape.encoding == "utf-8":
        return path
    plain = path.with_name(f"utf8-{path.name}")
    if not plain.exists():
        text = path.read_bytes().decode(shape.encoding)
        plain.write_bytes(text.encode())
    return plain


def _staged(step: str, shape: Shape, path: Path) -> Figures:
    from sodasheet.model.method import Method
    from sodasheet.model.progress import Silent
    from sodasheet.sources import open_source
    from sodasheet.staging.check.check import check
    from sodasheet.staging.check.check_plan import CheckPlan
    from sodasheet.staging.output.csv_output import csv_pieces
    from sodasheet.staging.output.rows_to_send import batches
    from sodasheet.staging.output.verbatim_csv import verbatim_csv
    from sodasheet.staging.staged_table import Stage

    with tempfile.TemporaryDirectory(prefix="sodasheet-benchmark-") as name:
        folder = Path(name)
        with Stage.open(open_source(shape.spec(path), folder), folder, Silent()) as stage:
            told: Figures = {"rows": stage.rows, "fallbacks": len(stage.fallbacks)}
            for fallback in stage.fallbacks:
                told[f"fallback {fallback.path}: {fallback.why}"] = 1
            if step == "open":
                return told
            checked = check(stage, CheckPlan(shape.dataset(), shape.mapping(), Method.UPSERT))
            assert shape.findings or checked.sendable == stage.rows, [
                group.message for group in checked.findings
            ]
            if step == "csv":
                lines = verbatim_csv(checked, None)
                pieces = csv_pieces(checked) if lines is None else lines.pieces()
                told["bytes"] = sum(len(piece.body) for piece in pieces)
            if step == "json":
                told["bytes"] = sum(len(batch.body) for batch in batches(checked))
            return told


def _pushed(step: str, shape: Shape, path: Path, portal: dict[str, Any]) -> Figures:
    from sodasheet.model.job import Guards, Job
    from sodasheet.model.method import Method
    from sodasheet.model.progress import Silent
    from sodasheet.push.context import PushContext
    from sodasheet.push.questions_to_user import Agreed
    from sodasheet.push.request import PushRequest, RunOptions
    from sodasheet.push.run import Run

    os.environ["SODASHEET_HOME"] = portal["home"]
    if step == "forgotten":
        for one in (Path(portal["home"]) / "imprints").iterdir():
            one.unlink()
    job = Job(
        portal["url"],
        portal["dataset"],
        Method.UPSERT,
        shape.spec(path),
        shape.mapping(),
        guards=Guards(max_rejected=10**9) if shape.findings else Guards(),
        snapshot="off",
        send="all" if step == "first" else "changes",
    )
    # Generated rows are like nobody's past.
    request = PushRequest(
        job, path.parent, RunOptions(skipped_guards=frozenset({"unlike-dataset"}))
    )
    report = Run(request, PushContext(_session(portal), Silent(), Agreed())).execute()
    assert report.outcome.value.startswith("done"), report.summary
    return {"sent": report.traffic.bytes_sent, "rows": report.rows.sent or 0}


def _previewed(step: str, shape: Shape, path: Path, portal: dict[str, Any]) -> Figures:
    """Preview a replace by the rows that the dataset has, or by changed ones after a push.

    The push that is remembered was an upsert, so that nothing is known of a replace.
    """
    from sodasheet.model.job import Job
    from sodasheet.model.method import Method
    from sodasheet.model.progress import Silent
    from sodasheet.push.incremental.job_preview import job_preview

    os.environ["SODASHEET_HOME"] = portal["home"]
    is_foreseen = step == "foreseen"
    job = Job(
        portal["url"],
        portal["dataset"],
        Method.UPSERT if is_foreseen else Method.REPLACE,
        shape.spec(path),
        shape.mapping(),
        snapshot="off",
        send="changes",
    )
    session = _session(portal)
    with job_preview(job, path.parent, session, Silent()) as (work, found):
        assert found is not None, [group.message for group in work.checked.findings]
        told = found.preview
        assert told.new == told.deleted == 0, (shape.name, told)
        assert bool(told.changed) == is_foreseen, (shape.name, told)
        return {
            "received": found.download.bytes if found.download else 0,
            "changed": told.changed,
            "left out": work.stage.as_sent,
        }


def _session(portal: dict[str, Any]) -> Any:
    from sodasheet.model.credentials import Credentials
    from sodasheet.portal.http.session import PortalSession

    return PortalSession(portal["url"], Credentials(*portal["key"]))


def _sodapy(shape: Shape, path: Path, portal: dict[str, Any]) -> Figures:
    """Do what people write who have sodapy: chunks of dicts, nothing checked but what must be."""
    from sodapy import Socrata

    key_id, secret = portal["key"]
    client = Socrata(portal["url"].removeprefix("https://"), None, key_id, secret, timeout=3600)
    sent = 0
    rows = _dicts(shape, path)
    while chunk := list(islice(rows, CHUNK)):
        client.upsert(portal["dataset"], chunk)
        sent += len(chunk)
    return {"rows": sent}


def _dicts(shape: Shape, path: Path) -> Iterator[dict[str, Any]]:
    if shape.is_workbook:
        from python_calamine import CalamineWorkbook

        sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("Data")
        for cells in sheet.to_python(skip_empty_area=True)[1:]:
            yield {
                header: cell.isoformat() if hasattr(cell, "isoformat") else cell
                for header, cell in zip(shape.headers, cells, strict=True)
            }
        return
    commas = [one.name for one in shape.fields if one.formats]
    points = [one.name for one in shape.fields if one.type == "point"]
    with path.open(encoding=shape.encoding, newline="") as file:
        for row in csv.DictReader(file, delimiter=shape.delimiter):
            for name in commas:
                row[name] = row[name].replace(",", ".")
            for name in points:
                if row[name].startswith("("):  # no portal reads a pair in brackets
                    latitude, longitude = row[name].strip("()").split(", ")
                    row[name] = f"POINT ({longitude} {latitude})"
            yield row


def _socrata_py(path: Path, portal: dict[str, Any]) -> Figures:
    from push import socrata_py_uploads

    return {"sent": socrata_py_uploads(path, portal)}


def _made(shape: Shape, portal: dict[str, Any]) -> str:
    columns = []
    for one in shape.fields:
        today, hints = TODAY.get(one.type, (one.type, {}))
        columns.append(
            {"name": one.name, "fieldName": one.name, "dataTypeName": today, "format": hints}
        )
    body = {
        "name": shape.name,
        "columns": columns,
        "metadata": {"rowIdentifier": shape.fields[0].name},
    }
    made = ask(portal, "POST", "/api/views.json", json=body)
    ask(portal, "POST", f"/api/views/{made['id']}/publication.json")
    return str(made["id"])


def _require_same(shape: Shape, theirs: dict[str, Any], ours: dict[str, Any]) -> None:
    """Fail loudly if the dataset differs from the dataset that sodapy filled from the same file."""
    wanted, found = _checksums(shape, theirs), _checksums(shape, ours)
    assert wanted == found, (shape.name, wanted, found)


def _checksums(shape: Shape, portal: dict[str, Any]) -> dict[str, int]:
    """Return the number of rows, and for each column the sum of its values' checksums."""
    key, *_ = (one.name for one in shape.fields)
    found = dict.fromkeys(["rows", *shape.headers], 0)
    path, offset = f"/resource/{portal['dataset']}.json", 0
    params = {"$order": ":id", "$limit": _PAGE}
    while page := ask(portal, "GET", path, params=params | {"$offset": offset}):
        for row in page:
            found["rows"] += 1
            for header in shape.headers:
                value = row.get(header)
                text = json.dumps(value, sort_keys=True) if value not in ("", None) else ""
                found[header] += zlib.crc32(f"{row[key]} {text}".encode())
        offset += len(page)
    return found


def _line(shape: Shape, rows: int, figures: dict[str, Figures]) -> str:
    told = [f"{shape.name:12}{rows:9,} x {len(shape.fields):<4}"]
    told += [f"{words} {ratio:.2f}" for words, ratio in ratios(figures).items()]
    told.append(f"peak {max(one['peak'] for step, one in figures.items() if step in OURS):.0f} MB")
    told += [key for key in figures.get("check", {}) if key.startswith("fallback ")]
    seconds = ", ".join(f"{step} {one['cpu']:.2f}" for step, one in figures.items())
    return f"{', '.join(told)}\n{'':12}CPU s: {seconds}"


def ratios(figures: dict[str, Figures]) -> dict[str, float]:
    """Return the ratios of the table that these steps allow."""
    return {
        words: figures[step]["cpu"] / figures[yardstick]["cpu"]
        for words, (step, yardstick, _, _) in RATIOS.items()
        if step in figures and yardstick in figures
    }


def _summary(table: Table) -> str:
    lines = [f"{'':44}{'median':>8}{'aim':>7}{'worst':>8}{'aim':>7}  shape"]
    for words, (_, _, median, worst) in RATIOS.items():
        found = {name: ratios(figures).get(words) for name, figures in table.items()}
        known = {name: ratio for name, ratio in found.items() if ratio is not None}
        if not known:
            continue
        last = max(known, key=lambda name: known[name])
        lines.append(
            f"{words:44}{statistics.median(known.values()):8.2f}{median or '':>7}"
            f"{known[last]:8.2f}{worst or '':>7}  {last}"
        )
    return "\n".join(lines)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--shapes", type=lambda text: text.split(","), default=[])
    parser.add_argument("--steps", type=lambda text: text.split(","), default=[])
    parser.add_argument("--local", action="store_true")
    parser.add_argument("--json", help="write all figures to this file")
    parser.add_argument("--step", help=argparse.SUPPRESS)
    parser.add_argument("--shape", help=argparse.SUPPRESS)
    parser.add_argument("--file", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
