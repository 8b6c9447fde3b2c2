"""All problems of a job, not only the first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from sodasheet.errors import UsageProblem
from sodasheet.jobs.file.job_from_json import VERSION, job_from_json
from sodasheet.jobs.file.json_keys import unknown_keys
from sodasheet.model.job import Job
from sodasheet.model.mapping import doubtful

#: A valid job, in which one part after another is replaced for checking.
_SOUND: dict[str, Any] = {
    "sodasheet": VERSION,
    "portal": "https://data.example.gov",
    "dataset": "aaaa-0000",
    "method": "upsert",
    "source": {"kind": "file", "path": "a.csv"},
    "columns": [],
}

#: Valid items that precede the checked item of a list, so that it keeps its number.
_SOUND_ITEMS: dict[str, dict[str, Any]] = {
    "columns": {"source": "a", "ignore": True},
    "points": {"field": "a", "latitude": "b", "longitude": "c"},
}


def problems_in(data: Any) -> list[UsageProblem]:
    """Return the problems of an invalid job in JSON: the first of each key and each rule."""
    if not isinstance(data, dict) or "sodasheet" not in data:
        return list(_tried(data))
    found: list[UsageProblem] = []
    for key in dict.fromkeys([*_SOUND, *data]):
        found.extend(_on_trial(key, data))
    return found or list(_tried(data))


def unknown_in(data: Any) -> list[str]:
    """Return the unknown keys in valid objects."""
    found: list[str] = []
    for key, value in data.items() if isinstance(data, dict) else ():
        with suppress(UsageProblem):
            found.extend(unknown_keys(job_from_json(_SOUND | {key: value})))
    return found


def doubts_about(job: Job) -> list[str]:
    """Return the open decisions of a job: an unattended run refuses such a job."""
    doubts = []
    for rule in job.mapping.columns:
        open_ = rule.source is not None and not rule.ignore and rule.field is None
        if open_ and not job.mapping.by_field_name:
            doubts.append(
                f'The source column "{rule.source}" fills nothing and is not ignored: choose a '
                "field for it, or ignore it."
            )
    for likely in doubtful(job.mapping):
        name = getattr(likely, "source", None) or likely.field
        doubts.append(
            f'"{name}" fills {likely.field} by similarity only ({likely.match}): look at it, and '
            'confirm the match ("match": "confirmed").'
        )
    return doubts


def _on_trial(key: str, data: dict[str, Any]) -> Iterator[UsageProblem]:
    """Yield the problems of a key in an otherwise valid job."""
    if key not in data:
        yield from _tried({name: value for name, value in _SOUND.items() if name != key})
        return
    value, sound = data[key], _SOUND_ITEMS.get(key)
    whole = list(_tried(_SOUND | {key: value}))
    if not whole or sound is None or not isinstance(value, list):
        yield from whole
        return
    single = [
        problem
        for at, item in enumerate(value)
        for problem in _tried(_SOUND | {key: [*[sound] * at, item]})
    ]
    yield from single or whole


def _tried(data: Any) -> Iterator[UsageProblem]:
    try:
        job_from_json(data)
    except UsageProblem as problem:
        yield problem
