"""Candidate columns for a header, with reason and confidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from sodasheet.matching.name_forms import Forms, column_forms, header_forms
from sodasheet.matching.name_similarity import THRESHOLD, similarity
from sodasheet.model.dataset import Column
from sodasheet.model.mapping import SAME_WORDS, SYNONYM, similar

#: Ranks of a match, from the least certain.
SIMILAR, MEANT, LOOSE, STRICT, EXACT = range(5)

_STEPS = (
    (MEANT, "meant", SYNONYM, 0.9),
    (LOOSE, "loose", SAME_WORDS, 0.93),
    (STRICT, "strict", SAME_WORDS, 0.97),
)


@dataclass(frozen=True, slots=True)
class Match:
    """A column that a header could fill, the reason, the confidence (0 to 1), and the rank."""

    column: Column
    reason: str
    confidence: float
    rank: int


class Candidates:
    """The columns of a dataset, indexed by every form of their names."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._columns = columns
        self._index: defaultdict[object, list[int]] = defaultdict(list)
        self._senses: list[tuple[int, tuple[str, ...]]] = []
        for at, forms in enumerate(map(column_forms, columns)):
            self._senses.extend((at, sense) for sense in forms.senses)
            for rank, step, _, _ in _STEPS:
                for key in getattr(forms, step):
                    self._index[rank, key].append(at)
        self._texts = [" ".join(sense) for _, sense in self._senses]

    def of(self, header: str) -> dict[int, Match]:
        """Return the best match of `header` by position of the column."""
        forms = header_forms(header)
        found = self._similar(forms)
        for rank, step, reason, confidence in _STEPS:
            for key in getattr(forms, step):
                for at in self._index.get((rank, key), ()):
                    found[at] = Match(self._columns[at], reason, confidence, rank)
        return found

    def _similar(self, forms: Forms) -> dict[int, Match]:
        found: dict[int, Match] = {}
        for sense in forms.senses:
            for _, _, number in process.extract(
                " ".join(sense), self._texts, scorer=fuzz.ratio, score_cutoff=THRESHOLD, limit=None
            ):
                at, other = self._senses[number]
                # Equal words already match as synonyms; similarity is for unequal words.
                percent = min(similarity(sense, other), 99)
                if percent and (at not in found or percent / 100 > found[at].confidence):
                    reason = similar(percent)
                    found[at] = Match(self._columns[at], reason, percent / 100, SIMILAR)
        return found
