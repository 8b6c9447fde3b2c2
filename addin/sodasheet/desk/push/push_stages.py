"""The stages of a push in words, finished and upcoming."""

from __future__ import annotations

from dataclasses import dataclass

from sodasheet.desk.formatting.times import duration
from sodasheet.desk.tasks.progress import ProgressNote
from sodasheet.wording import capitalized, counted_rows, part_of

#: Stages of push/ (begin) by their names on the page, in the order of a push.
_LINES = (
    ("Read the source", ("reading", "looking")),
    (
        "Check the rows",
        ("finding addresses", "checking", "comparing identifiers", "asking the portal"),
    ),
    ("Compare with the portal", ("finding what has changed", "downloading", "comparing")),
    ("Save the current rows for undo", ("keeping",)),
    ("Send rows", ("sending", "uploading", "the portal reads", "the portal converts")),
    ("The portal loads the rows", ("applying",)),
    ("Count the rows on the portal", ("verifying", "remembering")),
)

#: What to tell the user if a push is stopped during a stage; in other stages, nothing has been
#: sent.
_STANDS = {
    "sending": "The portal loads either all of these rows or none of them.",
    "uploading": "Uploaded rows aren’t in the dataset until the portal loads them.",
    "the portal": "Uploaded rows aren’t in the dataset until the portal loads them.",
    "applying": (
        "The portal is already loading the rows, which can’t be stopped. This page shows the "
        "result as soon as the portal reports it."
    ),
    "verifying": "The rows have landed; only their number was still being checked.",
    "asking the portal": (
        "Rows were sent before; SodaSheet is finding out whether they have landed."
    ),
}
_NOTHING_SENT = "Nothing has been sent."

#: Stages that count bytes or cells of the source, not rows that are sent.
_READING = ("reading", "looking")


@dataclass(frozen=True, slots=True)
class StageLine:
    """One line of the list of stages; `state` is `done`, `now` or `later`."""

    name: str
    state: str
    time: str


@dataclass(frozen=True, slots=True)
class ShownProgress:
    """Progress on the page; `share` is 0 to 1, None if unknown."""

    stage: str
    count: str
    left: str
    note: str
    share: float | None
    stages: tuple[StageLine, ...]
    spoken: str


def shown(note: ProgressNote, *, stopping: bool) -> ShownProgress:
    """Describe a progress note in words."""
    share = min(note.done / note.total, 1.0) if note.total else None
    left = f"about {_about(note.left)} left" if note.left is not None else ""
    stage = capitalized(note.stage)
    told = f"{share:.0%}" if share is not None else "In progress"
    return ShownProgress(
        stage,
        _count(note),
        left,
        _stopping(note.stage) if stopping else "",
        None if share is None else round(share, 4),
        _lines(note),
        ". ".join(part for part in (f"{stage}: {told}", left) if part),
    )


def _lines(note: ProgressNote) -> tuple[StageLine, ...]:
    spent: dict[int, float] = {}
    reached = 0
    for name, seconds in [(one.name, one.seconds) for one in note.past] + [(note.stage, -1.0)]:
        # A later step reads the dataset again: this still belongs to that step.
        reached = max(reached, _place(name))
        spent[reached] = spent.get(reached, 0.0) + max(seconds, 0.0)
    lines = []
    for place, (name, _) in enumerate(_LINES):
        if place == reached:
            lines.append(StageLine(name, "now", f"{duration(spent[place] + note.seconds)} so far"))
        elif place < reached:
            lines.append(StageLine(name, "done", duration(spent[place]) if place in spent else ""))
        else:
            lines.append(StageLine(name, "later", ""))
    return tuple(lines)


def _place(stage: str) -> int:
    low = stage.lower()
    return next((place for place, (_, names) in enumerate(_LINES) if low.startswith(names)), 0)


def _count(note: ProgressNote) -> str:
    """Return the number of rows as text; only the share while a source is being read."""
    if note.stage.lower().startswith(_READING):
        return f"{100 * min(note.done / note.total, 1):.0f}%" if note.total else ""
    if not note.total:
        return counted_rows(note.done) if note.done else ""
    return part_of(min(note.done, note.total), note.total, "row")


def _about(seconds: float) -> str:
    if seconds < 10:
        return "a few seconds"
    if seconds < 90:
        return f"{round(seconds, -1):.0f} seconds"
    return duration(seconds)


def _stopping(stage: str) -> str:
    low = stage.lower()
    stands = next((told for name, told in _STANDS.items() if low.startswith(name)), _NOTHING_SENT)
    return f"Stopping as soon as the current request is answered. {stands}"
