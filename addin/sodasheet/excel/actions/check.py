"""Check the rows of a live sheet or a file from the ribbon, without sending any."""

from __future__ import annotations

from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sodasheet.excel.actions.mapping_fixes import SuggestedFixes, suggested_fixes
from sodasheet.excel.live.cell_links import CellLinks, links_of
from sodasheet.excel.portal_session import open_session
from sodasheet.excel.sheets.complete_list_files import findings_list
from sodasheet.excel.sheets.result_rows import CHECKED
from sodasheet.excel.spool_live_sheet import spool_live_sheet
from sodasheet.excel.status_bar import shown
from sodasheet.model.report import finding_json, finding_of_json

if TYPE_CHECKING:
    from pathlib import Path

    from sodasheet.excel.button_press import Press
    from sodasheet.excel.sheets.open_mapping import Opened
    from sodasheet.model.finding import FindingGroup
    from sodasheet.model.job import Job
    from sodasheet.model.progress import Progress
    from sodasheet.push.load_and_check import Prepared

#: Rejected rows that are listed.
_LISTED = 500


@dataclass(frozen=True, slots=True)
class SheetCheck:
    """Result of a check; `report` is like a push's report, `fixes` are open suggestions."""

    findings: tuple[FindingGroup, ...]
    report: Map[str, Any]
    links: CellLinks
    fixes: SuggestedFixes = field(default_factory=SuggestedFixes)

    @classmethod
    def of_report(cls, report: Map[str, Any], links: CellLinks) -> SheetCheck:
        """Return the check stored in a report by another process, without fixes."""
        findings = (finding_of_json(one) for one in report["findings"])
        return cls(tuple(findings), report, links)

    @property
    def sentence(self) -> str:
        """The sentence for the user."""
        return str(self.report["summary"])


def checked(press: Press, opened: Opened) -> SheetCheck:
    """Read and check all rows. Raises SourceError, PortalError, UsageProblem."""
    from sodasheet.system.folders import scratch_folder

    with scratch_folder() as folder, shown(press) as progress:
        job = spool_live_sheet(press, opened, folder, progress)
        return check_of(job, press.base, links_of(press, opened.job), progress)


def check_of(job: Job, base: Path, links: CellLinks, progress: Progress) -> SheetCheck:
    """Check the rows of a job, which no longer need the spreadsheet program.

    Raises SourceError, PortalError, UsageProblem, Cancelled.
    """
    from sodasheet.push.load_and_check import prepared

    with (
        open_session(job.portal, lambda: progress.stop) as session,
        prepared(job, base, session, progress) as work,
    ):
        report = _report(job, work)
        if work.checked.findings:
            path = findings_list(job.dataset)
            work.checked.write_findings(path)
            report["rejected_file"] = str(path)
        fixes = suggested_fixes(session, job, work)
        return SheetCheck(work.checked.findings, report, links, fixes)


def _report(job: Job, work: Prepared) -> dict[str, Any]:
    from sodasheet.push.check_and_preview_sentences import check_sentence

    found = work.checked
    return {
        "outcome": CHECKED,
        "summary": check_sentence(work),
        "run": "",
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "user": None,
        "portal": job.portal,
        "dataset": job.dataset,
        "dataset_name": work.dataset.name,
        "method": job.method.value,
        "source": {"name": work.stage.name, "rows": work.stage.rows},
        "rows": {"sent": 0, "rejected": found.rejected},
        "findings": [finding_json(group) for group in found.findings],
        "rejected": [
            {name: getattr(row, name) for name in row.__slots__}
            for row in found.rejected_rows(_LISTED)
        ],
        "rejected_file": None,
    }
