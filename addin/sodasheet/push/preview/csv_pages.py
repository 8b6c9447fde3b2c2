"""Read the dataset as CSV, which takes a fraction of the work of JSON.

CSV cannot say all that JSON says of every type, and each generation of portals writes it in its own
way. So it is taken only for types whose CSV says enough to compare values, and only after some rows
were read in both forms and found to say the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from sodasheet.errors import PortalError, SodaSheetError
from sodasheet.model.dataset import Column
from sodasheet.portal.soda2.download import Sample, Selection, sample
from sodasheet.portal.soda2.rows_client import RowsClient
from sodasheet.portal.soda2.soql_queries import field_name
from sodasheet.push.load_and_check import Prepared
from sodasheet.staging.diff.csv_and_json_compared import SAYS_ENOUGH, ComparedForms, compared_forms
from sodasheet.staging.diff.dataset_rows import UnreadableRowsError

if TYPE_CHECKING:
    from sodasheet.portal.http.session import PortalSession

#: Fewer rows are read as JSON: comparing both forms takes longer than it saves.
LEAST = 20_000

#: Rows that are read in both forms.
_SAMPLED = 200

#: How many columns without a value there are looked up, and how many rows for each.
_SPARSE, _SPARSE_ROWS = 10, 20


class WhyJson(StrEnum):
    """Reasons for reading the dataset as JSON; the value is a stable word for programs."""

    FEW_ROWS = "few-rows"
    COLUMN_TYPE = "column-type"
    OTHER_FORM = "other-form"
    REFUSED = "refused"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Reading:
    """The form in which the dataset was read: CSV, or JSON for a reason about a column, if any."""

    why: WhyJson | None = None
    detail: str = ""

    def to_json(self) -> dict[str, str]:
        """Return the form for reports."""
        if self.why is None:
            return {"form": "csv"}
        return {"form": "json", "reason": self.why.value, "detail": self.detail}


class CsvChoice:
    """The choice between CSV and JSON for one download, made when the number of rows is known.

    `reading` says what was chosen, and why if it was JSON.
    """

    def __init__(
        self, work: Prepared, session: PortalSession, chosen: Selection, folder: Path
    ) -> None:
        self.reading = Reading(WhyJson.FEW_ROWS)
        self._work, self._session, self._chosen, self._folder = work, session, chosen, folder

    @property
    def selection(self) -> Selection:
        """Selection of the rows to download, in temporary pages."""
        return replace(self._chosen, packed=False, in_csv=self._decide)

    def refuse(self, error: SodaSheetError) -> Selection:
        """Return the rows to download if their CSV turns out to be unreadable."""
        self.reading = Reading(WhyJson.UNREADABLE, error.what)
        return replace(self._chosen, packed=False)

    def _decide(self, rows: int) -> bool:
        if rows >= LEAST:
            self.reading = self._compared()
        return self.reading.why is None

    def _compared(self) -> Reading:
        work, chosen = self._work, self._chosen
        columns = _columns_of(work, chosen)
        for column in columns:
            if column.type not in SAYS_ENOUGH:
                return Reading(WhyJson.COLUMN_TYPE, column.field)
        try:
            others = self._other_form(columns)
        except PortalError as error:
            return Reading(WhyJson.REFUSED, error.what)
        except UnreadableRowsError as error:
            return Reading(WhyJson.UNREADABLE, error.what)
        return Reading(WhyJson.OTHER_FORM, others[0].field) if others else Reading()

    def _other_form(self, columns: Sequence[Column]) -> Sequence[Column]:
        """Return columns that CSV writes, or may write, differently.

        A column that is empty in the first rows is compared in rows where it has a value.
        """
        found = self._sampled(columns)
        if found.different:
            return found.different
        sparse = RowsClient(self._session, self._work.dataset).filled(found.unseen)
        if len(sparse) > _SPARSE:
            return sparse
        for column in sparse:
            few = self._sampled([column], f"{field_name(column.field)} is not null")
            if few.different or few.unseen:
                return [column]
        return ()

    def _sampled(self, columns: Sequence[Column], where: str = "") -> ComparedForms:
        work = self._work
        size = _SPARSE_ROWS if where else _SAMPLED
        fields = [column.field for column in columns] if where else self._chosen.fields
        pages = sample(self._session, work.dataset, fields, self._folder, Sample(size, where))
        return compared_forms(work.stage, *pages, columns)


def _columns_of(work: Prepared, chosen: Selection) -> Sequence[Column]:
    """Return the columns to download for these rows, including the row identifier."""
    fields = {*chosen.fields, work.dataset.row_identifier}
    return [column for column in work.dataset.columns if column.field in fields]
