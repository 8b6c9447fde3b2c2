"""A spool that one process lays down and another one reads: the folder of a handed-over source."""

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


def hand_over(spool: Spool, name: str, folder: Path) -> None:
    """Write down what is known of a spool whose files lie in `folder`, for HandedSource to read."""
    facts = asdict(replace(spool, path=Path(spool.path.name)))
    facts["path"] = spool.path.name
    facts["faults"] = spool.faults.name if spool.faults else None
    text = json.dumps({"name": name, "spool": facts}, ensure_ascii=True)
    (folder / _FACTS).write_text(text, encoding="utf-8")


@dataclass(frozen=True, slots=True)
class HandedSource:
    """Rows that were laid down in `folder` before; they are read as they are."""

    folder: Path

    @property
    def name(self) -> str:
        """What people call the source that was read."""
        return str(self._facts()["name"])

    def spool(self, folder: Path, progress: Progress, *, careful: bool = False) -> Spool:  # noqa: ARG002
        """The spool where it lies. Raises SourceError where it is gone."""
        facts = dict(self._facts()["spool"])
        faults = facts.pop("faults")
        natives = facts.pop("natives")
        return Spool(
            **{
                **facts,
                "path": self.folder / Path(facts["path"]).name,
                "headers": tuple(facts["headers"]),
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
                "Push again from the workbook.",
            ) from error
        return facts


def _group(facts: Mapping[str, Any]) -> FindingGroup:
    examples = tuple(Finding(**one) for one in facts["examples"])
    return FindingGroup(**{**facts, "severity": Severity(facts["severity"]), "examples": examples})
