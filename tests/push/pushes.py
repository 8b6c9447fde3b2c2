"""One small push of every method, with and without a row identifier, and its result."""

from __future__ import annotations

from sodasheet.push.request import PushRequest, RunOptions

from .conftest import Bench

OLD = [{"id": "a", "name": "Old a", "amount": "1"}, {"id": "b", "name": "Old b", "amount": "2"}]
HEADERS = ["Id", "Name", "Amount"]
NEW_B, NEW_C = ["b", "New b", "20"], ["c", "New c", "30"]
AS_ROWS = [
    {"id": "b", "name": "New b", "amount": "20"},
    {"id": "c", "name": "New c", "amount": "30"},
]

#: Method, row identifier, source rows, the dataset afterwards.
PUSHES = {
    "append to rows without identifier": ("append", None, [NEW_C], [*OLD, AS_ROWS[1]]),
    "append to rows with identifier": ("append", "id", [NEW_C], [*OLD, AS_ROWS[1]]),
    "upsert": ("upsert", "id", [NEW_B, NEW_C], [OLD[0], *AS_ROWS]),
    "delete": ("delete", "id", [["b"]], OLD[:1]),
    "replace rows without identifier": ("replace", None, [NEW_B, NEW_C], AS_ROWS),
    "replace rows with identifier": ("replace", "id", [NEW_B, NEW_C], AS_ROWS),
}


def prepare(bench: Bench, name: str) -> tuple[str, list[dict[str, str]]]:
    method, identifier, rows, after = PUSHES[name]
    bench.make(identifier, OLD)
    bench.source(HEADERS if method != "delete" else ["Id"], *rows)
    return method, after


def columns(method: str) -> str:
    return "id" if method == "delete" else "id name amount"


def order_of(bench: Bench, method: str, transport: str = "soda2") -> PushRequest:
    from sodasheet.jobs.push_resume_undo import with_memo

    job = bench.job(method, columns(method))
    return with_memo(PushRequest(job, bench.folder, RunOptions(transport=transport)))
