"""What a window says at its foot."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sodasheet.errors import SodaSheetError


class Tone(StrEnum):
    """How a notice is meant; the words always carry it too, never the colour alone."""

    PLAIN = "plain"
    GOOD = "good"
    CARE = "care"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence or two, and how they are meant."""

    text: str = ""
    tone: Tone = Tone.PLAIN

    @classmethod
    def of(cls, error: SodaSheetError) -> Notice:
        """What an error says, without any secret that it may quote."""
        from sodasheet.credentials.redaction import redact

        return cls(redact(str(error)), Tone.BAD)


NOTHING = Notice()
