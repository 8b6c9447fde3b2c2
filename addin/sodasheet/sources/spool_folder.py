"""A spool folder: written by one process, read by another."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from sodasheet.errors import SourceError
from sodasheet.model.finding import Finding, FindingGroup, Severity
from sodasheet.model.progress import Progress
from sodasheet.sources.spool import NativeCounts, Spool

_FACTS = "spool.json"


def write_spool_folder(spool: Spool, name: str, folder: Path) -> None:
    """Write the facts of a spool whose files are in `folder`, for SpoolFolderSource to read."""
    facts = asdict(replace(spool, path=Path(spool.path.name)))
    facts["path"] = spool.path.name
    facts["faults"] = spool.faults.name if spool.faults else None
    text = json.dumps({"name": name, "spool": facts}, ensure_ascii=True)
    (folder / _FACTS).write_text(text, encoding="utf-8")


@dataclass(frozen=True, slots=True)
class SpoolFolderSource:
    """Rows that were spooled to `folder` earlier, read as-is."""

    folder: Path

    @property
    def name(self) -> str:
        """Name of the source that was spooled."""
        return str(self._facts()["name"])

    def spool(self, folder: Path, progress: Progress, *, careful: bool = False) -> Spool:  # noqa: ARG002
        """Return the spool in its own folder. Raises SourceError if the spool is gone."""
        facts = dict(self._facts()["spool"])
        faults = facts.pop("faults")
        natives = facts.pop("natives")
        return Spool(
            **{
                **facts,
                "path": self.folder / Path(facts["path"]).name,
                "headers": tuple(facts["headers"]),
                "leave_out": tuple(facts.get("leave_out", ())),
                "faults": self.folder / Path(faults).name if faults else None,
                "natives": tuple(NativeCounts(**one) for one in natives) if natives else None,
                "findings": tuple(_group(one) for one in facts["findings"]),
            }
        )

    def _facts(self) -> Mapping[str, Any]:
        try:
            facts: Mapping[str, Any] = json.loads((self.folder / _FACTS).read_bytes())
        except (OSError, ValueError) as error:
            raise SourceError(
                "The rows that were read from the sheet are no longer there.",
                "Start again from the workbook.",
            ) from error
        return facts


def _group(facts: Mapping[str, Any]) -> FindingGroup:
    examples = tuple(Finding(**one) for one in facts["examples"])
    return FindingGroup(**{**facts, "severity": Severity(facts["severity"]), "examples": examples})
