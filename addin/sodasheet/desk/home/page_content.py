"""Model of the Home page: items that need the user, open work, and the datasets pushed to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from sodasheet.desk.drafts.draft import LISTED, Draft, all_drafts
from sodasheet.desk.formatting.names import isolated
from sodasheet.desk.formatting.times import moment
from sodasheet.desk.history.plots import Plot, plot
from sodasheet.desk.history.runs_on_pages import all_runs, by_dataset
from sodasheet.desk.home.freshness import Key, known
from sodasheet.desk.schedule.schedule_form import next_words
from sodasheet.desk.tasks.task import Task, TaskKind, all_tasks
from sodasheet.errors import SodaSheetError
from sodasheet.push.runs.history import PastRun
from sodasheet.schedules import schedule_store
from sodasheet.schedules.schedule import Schedule
from sodasheet.wording import part_of

#: How long a stopped push needs the user, if nothing has landed since.
REMINDED = timedelta(days=14)

#: Shown for a draft that a crash or another program has damaged.
DAMAGED = "Its files are damaged, so it can’t be opened. The source isn’t changed."

_DOING = {
    TaskKind.PUSH: "Pushing {source} to {dataset}",
    TaskKind.UNDO: "Undoing a push to {dataset}",
    TaskKind.CHECK: "Checking {source}",
    TaskKind.PREVIEW: "Comparing {source} with {dataset}",
    TaskKind.MAP: "Reading {source}",
    TaskKind.CREATE: "Creating a dataset from {source}",
}


@dataclass(frozen=True, slots=True)
class Need:
    """An item that needs the user, and the page that helps."""

    tone: str
    title: str
    text: str
    page: str
    label: str


@dataclass(frozen=True, slots=True)
class AtHand:
    """A draft: its source, its dataset, and the page to continue on, empty if there is none."""

    id: str
    source: str
    text: str
    page: str = ""


@dataclass(frozen=True, slots=True)
class Pushed:
    """A dataset that was pushed to: its newest run, its last run that landed, and a plot.

    `fresh` is tone, word and explanation of its freshness, empty as long as nothing is known.
    """

    source: str
    newest: PastRun
    last: PastRun | None
    plot: Plot | None
    next: str
    fresh: tuple[str, str, str] = ("", "", "")


@dataclass(frozen=True, slots=True)
class Home:
    """Everything on the page."""

    needs: tuple[Need, ...]
    running: tuple[Need, ...]
    drafts: tuple[AtHand, ...]
    datasets: tuple[Pushed, ...]

    @property
    def empty(self) -> bool:
        """True if nothing has ever been done on this computer."""
        return not (self.needs or self.running or self.drafts or self.datasets)

    @property
    def title(self) -> str:
        """The heading: how many things need the user."""
        number = len(self.needs)
        words = {0: "Nothing needs you", 1: "One thing needs you", 2: "Two things need you"}
        return words.get(number, f"{number} things need you")


def home_now(now: datetime | None = None) -> Home:
    """Collect the content of the page. Raises SodaSheetError if the run log can't be read."""
    moment_now = now or datetime.now(UTC)
    groups = _groups()
    schedules = _schedules()
    waiting, running = _tasks()
    datasets = tuple(_datasets(groups, schedules, moment_now))
    needs = (
        *waiting,
        *_stopped(groups, moment_now),
        *_late(datasets),
        *_missing(schedules),
    )
    return Home(needs, running, tuple(_drafts()), datasets)


def pushed_keys() -> list[Key]:
    """Return the datasets that were pushed to, the last pushed first. Raises SodaSheetError."""
    return [(group[0].portal, group[0].dataset) for group in _groups()]


def _groups() -> list[list[PastRun]]:
    """Return the runs of each dataset, newest first."""
    return list(by_dataset(all_runs()).values())


def _datasets(
    groups: Iterable[list[PastRun]], schedules: list[Schedule], now: datetime
) -> Iterator[Pushed]:
    """Yield the datasets that were pushed to, with their freshness if known."""
    declared = known()
    for group in groups:
        one = declared.get((group[0].portal, group[0].dataset))
        pushed = _pushed(group, schedules)
        yield replace(pushed, fresh=one.badge(now)) if one else pushed


def _late(datasets: Iterable[Pushed]) -> list[Need]:
    """Return the datasets that are overdue according to their portals."""
    return [
        Need(
            "warn",
            f"{isolated(one.newest.dataset_name)} is {one.fresh[1]}",
            one.fresh[2],
            f"/history?{urlencode({'dataset': one.newest.dataset})}",
            "See its pushes",
        )
        for one in datasets
        if one.fresh[0] == "warn"
    ]


def _tasks() -> tuple[list[Need], tuple[Need, ...]]:
    """The tasks that wait for an answer, and the running tasks."""
    waiting, running = [], []
    for task in all_tasks():
        if not task.alive:
            continue
        with suppress(SodaSheetError):
            title = _doing(task)
            if task.asked is not None:
                text = "It’s waiting for your answer. Nothing has been sent."
                waiting.append(Need("warn", title, text, f"/task/{task.id}", "Answer"))
            else:
                stage = task.errand.status.stage.capitalize()
                running.append(Need("", title, stage, f"/task/{task.id}", "Show"))
    return waiting, tuple(running)


def _doing(task: Task) -> str:
    record = task.record
    words = {"source": record.source or "rows", "dataset": isolated(record.dataset) or "a dataset"}
    return _DOING.get(record.kind, "A task from Excel").format(**words)


def _stopped(groups: Iterable[list[PastRun]], now: datetime) -> list[Need]:
    """The datasets whose newest run did not land."""
    found = []
    for group in groups:
        run = group[0]
        name = isolated(run.dataset_name)
        page, when = f"/history/{run.run}", moment(run.started)
        began = datetime.fromisoformat(run.started)
        if run.outcome in (None, "unknown"):
            title = f"We don’t know yet if the push to {name} landed"
            text = f"It began {when}. Don’t push again until you have checked with the portal."
            found.append(Need("warn", title, text, page, "See what we know"))
        elif run.outcome in ("refused", "failed") and now - began < REMINDED:
            word = "stopped" if run.outcome == "refused" else "failed"
            title = f"The push to {name} {word}"
            found.append(Need("bad", title, f"{run.summary} It began {when}.", page, "See the run"))
    return found


def _missing(schedules: Iterable[Schedule]) -> list[Need]:
    """Schedules whose file no longer exists."""
    return [
        Need(
            "bad",
            f"The schedule {one.name} can’t run",
            f"The file {one.job} no longer exists.",
            "/schedule",
            "See all schedules",
        )
        for one in schedules
        if not one.job.is_file()
    ]


def _schedules() -> list[Schedule]:
    try:
        return schedule_store.schedules()
    except SodaSheetError:
        return []


def _drafts() -> list[AtHand]:
    found = []
    for draft in all_drafts():
        try:
            found.append(_at_hand(draft))
        except (SodaSheetError, LookupError, TypeError, ValueError):
            found.append(AtHand(draft.id, "A draft", DAMAGED))
        if len(found) == LISTED:
            break
    return found


def _at_hand(draft: Draft) -> AtHand:
    # Both are read, so that a draft that can't be opened isn't offered.
    job, shape = draft.job, draft.shape
    name = isolated(shape.dataset.name) if shape else job.dataset
    preview, check = draft.result("preview.json"), draft.result("check.json")
    if preview is not None:
        text, page = f"Goes to {name}. Previewed {moment(preview['time'])}.", "preview"
    elif check is not None:
        left, total = int(check["rejected"]), int(check["rows"])
        fine = "the only row is fine" if total == 1 else f"all {total:,} rows are fine"
        told = f"{part_of(left, total, 'row')} can’t be sent" if left else fine
        text, page = f"Goes to {name}; {told}.", "check"
    else:
        text, page = f"Goes to {name}. Not checked yet.", "map"
    return AtHand(draft.id, draft.about.source, text, f"/draft/{draft.id}/{page}")


def _pushed(group: list[PastRun], schedules: list[Schedule]) -> Pushed:
    newest = group[0]
    last = next((run for run in group if run.landed), None)
    scheduled = next(
        (one for one in schedules if newest.job and newest.job in (one.name, one.job.stem)), None
    )
    following = next_words(scheduled.when, datetime.now()) if scheduled else ""
    source = next((run.source for run in group if not run.undoes), "")
    return Pushed(source, newest, last, plot(newest.dataset_name, group), following)
