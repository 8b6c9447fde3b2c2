"""Push only the rows that were left out, once they are fixed."""

from __future__ import annotations

import csv
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sodasheet.errors import UsageProblem
from sodasheet.excel.sheets.result_rows import failed_rows
from sodasheet.excel.sheets.results import find_results
from sodasheet.model.job import SourceSpec
from sodasheet.model.method import Method
from sodasheet.model.sheet_labels import RUN
from sodasheet.push.runs.journal import REPORT_NAME, runs_folder
from sodasheet.sources import open_source
from sodasheet.sources.spool_folder import write_spool_folder
from sodasheet.staging.check.check_plan import linked_headers, with_fractions
from sodasheet.wording import counted, counted_rows

if TYPE_CHECKING:
    from sodasheet.excel.button_press import Press
    from sodasheet.excel.sheets.open_mapping import Opened
    from sodasheet.model.dataset import Dataset
    from sodasheet.model.job import Job
    from sodasheet.model.progress import Progress
    from sodasheet.sources.spool import Spool


@dataclass(frozen=True, slots=True)
class Retry:
    """A job that must not send more than these rows of its source."""

    job: Job
    rows: frozenset[int]
    dataset: Dataset

    def narrowed(self, job: Job, base: Path, folder: Path, progress: Progress) -> Job:
        """Return the job with only these rows as its source, spooled to a separate folder."""
        source = open_source(job.source, base, linked_headers(job.mapping, self.dataset))
        whole = source.spool(folder, progress, careful=True)
        target = folder / "only"
        target.mkdir(mode=0o700)
        spool = only_rows(whole, self.rows, target)
        write_spool_folder(spool, f"{counted_rows(len(self.rows))} of {source.name}", target)
        mapping = with_fractions(job.mapping, whole.headers, whole.natives, self.dataset)
        source_spec = SourceSpec(kind="spool", path=str(target))
        return replace(job, mapping=mapping, source=source_spec)


def retry_of(press: Press, opened: Opened) -> Retry:
    """The rows that the last push left out. Raises UsageProblem if there are none to retry.

    A replace becomes an upsert, or an append where nothing tells rows apart: replacing the dataset
    with a handful of rows is never meant.
    """
    report = _last_report(press, opened)
    if report["outcome"] != "done with rejects":
        raise UsageProblem(
            f'The last push ended as "{report["outcome"]}": there are no skipped rows to retry.',
            "Fix what it found and press Push.",
        )
    rows, count = failed_rows(report), report["rows"].get("rejected") or 0
    if count > len(rows):
        raise UsageProblem(
            f"The last push left {counted_rows(count)} out, and only"
            f" {counted(len(rows), 'is', 'are')} listed individually.",
            "Fix them and press Push, which sends all rows again.",
        )
    job = opened.job
    if job.method is Method.REPLACE:
        method = Method.UPSERT if opened.dataset.row_identifier else Method.APPEND
        job = replace(job, method=method)
    return Retry(job, frozenset(rows), opened.dataset)


def only_rows(spool: Spool, rows: Collection[int], folder: Path) -> Spool:
    """Write a numbered spool with only these source rows, and their faults, to `folder`."""
    path, count = folder / "spool.csv", 0
    with (
        spool.path.open(encoding="utf-8", newline="") as whole,
        path.open("w", encoding="utf-8", newline="") as part,
    ):
        writer = csv.writer(part, lineterminator="\n", quoting=csv.QUOTE_ALL)
        for record in csv.reader(whole):
            if int(record[0]) in rows:
                writer.writerow(record)
                count += 1
    faults = _only_faults(spool.faults, rows, folder) if spool.faults else None
    return replace(spool, path=path, faults=faults, rows=count, natives=None, findings=())


def _only_faults(faults: Path, rows: Collection[int], folder: Path) -> Path | None:
    kept = []
    with faults.open(encoding="utf-8", newline="") as file:
        kept = [line for line in csv.reader(file) if int(line[0]) in rows]
    if not kept:
        return None
    path = folder / "faults.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(kept)
    return path


def _last_report(press: Press, opened: Opened) -> dict[str, Any]:
    """Return the report of the run that the results sheet shows."""
    import json

    results = find_results(press.book, opened.dataset.url)
    run = results.values().get(RUN, "") if results else ""
    path = runs_folder() / Path(run).name / REPORT_NAME
    try:
        report: dict[str, Any] = json.loads(path.read_bytes()) if run else {}
    except (OSError, ValueError):
        report = {}
    if not report:
        raise UsageProblem(
            f"There is no push to {opened.dataset.name} whose rows could be retried.",
            "Press Push first.",
        )
    return report
