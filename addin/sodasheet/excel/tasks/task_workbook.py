"""The workbook that a task belongs to, in addition to the task and its job."""

from __future__ import annotations

from collections.abc import Mapping as Map
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

from sodasheet.excel.live.cell_links import CellLinks

if TYPE_CHECKING:
    from sodasheet.desk.tasks.task import Task

ORDER = "order.json"


@dataclass(frozen=True, slots=True)
class WorkbookOrder:
    """The workbook of a press, and facts about its sheets.

    `book` is its path, web address or unsaved name, `identity` the mark that its mapping sheet
    carries, by which it is found under any other name. `job_key` is that of a preview.
    `windowed` is False if no window can be opened, so that everything was asked beforehand;
    `button` is the one whose work the task does, empty for a task with work of its own,
    and `answer` the answer to its first question, if that was asked already.
    `page_open` is True if the user is at the desk already, which leads to the page of the task.
    """

    book: str
    name: str
    pid: int
    sheet: str = ""
    identity: str = ""
    mapping_sheet: str = ""
    job_key: str = ""
    windowed: bool = True
    page_open: bool = False
    button: str = ""
    answer: str = ""
    links: CellLinks = field(default_factory=CellLinks)

    def to_json(self) -> dict[str, Any]:
        """Return the order as one JSON object."""
        plain = {one.name: getattr(self, one.name) for one in fields(self) if one.name != "links"}
        return {**plain, "links": self.links.to_json()}

    @classmethod
    def from_json(cls, data: Map[str, Any]) -> WorkbookOrder:
        """Return the order from the output of `to_json`; missing values get defaults."""
        names = {one.name for one in fields(cls)} - {"links"}
        order = cls(**{"book": "", "name": "", "pid": 0, **{
            name: value for name, value in data.items() if name in names
        }})  # fmt: skip
        return replace(order, links=CellLinks.from_json(data.get("links") or {}))


def read_order(task: Task) -> WorkbookOrder | None:
    """Return the order of a task; None if its folder has none, as for tasks of the desk."""
    body = task.read(ORDER)
    return None if body is None else WorkbookOrder.from_json(body)
