"""Convert an uploaded file to rows that are ready to be applied (portal-api.md C.3).

The portal reads the file (input schema), converts each column (output schema), and only then can
anything be applied.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sodasheet.errors import PortalError
from sodasheet.portal.publishing.polling import poll
from sodasheet.portal.publishing.resource import (
    Resource,
    ask,
    change,
    required,
    resource_from,
    whole,
)
from sodasheet.portal.publishing.revision import ignore
from sodasheet.portal.publishing.schema_errors import CellError, cell_errors, record_errors
from sodasheet.portal.publishing.schema_progress import (
    Rows,
    counting,
    failure,
    is_converted,
    is_read,
    require_converted,
    wait_for,
)
from sodasheet.portal.publishing.target_columns import (
    Target,
    by_position,
    input_names,
    number_column,
    numbered,
    require_columns,
    transform_of,
    wanted_columns,
)
from sodasheet.portal.publishing.upload_file import UploadSource

if TYPE_CHECKING:
    from sodasheet.portal.http.session import PortalSession


@dataclass(frozen=True, slots=True)
class OutputSchema:
    """The file's rows converted for the dataset, once `finished`.

    `rows` and `error_count` are None if the portal does not tell. A row with an error is left
    out when the schema is applied (portal-api.md C.4).
    """

    input: InputSchema = field(repr=False)
    target: Target = field(repr=False)
    id: int
    rows: int | None
    error_count: int | None
    resource: Resource = field(repr=False)

    def path(self, link: str, below: str = "", **values: int | str) -> str:
        """The address of a link in the resource."""
        own = self.resource.links.get(link)
        if isinstance(own, str):
            return self.resource.link(link, "", **values)
        below = f"/output/{self.id}{below}"
        link = f"output_schema_links.{link}"
        return self.input.path(link, below, output_schema_id=self.id, **values)

    def finished(self, told: Rows = ignore) -> OutputSchema:
        """Wait until every row is converted; `told` receives the row count so far.

        Raises PortalError if the portal fails at it, Cancelled if the user stops it.
        """
        resource = wait_for(
            self.input.session, self.path("show"), is_converted, counting(told, "total_rows")
        )
        require_converted(self.input.session, resource)
        return _output(self.input, self.target, resource)

    def require_identifier(self) -> None:
        """Let the portal check that every row has a unique row identifier.

        Raises PortalError if it says no.
        """
        column = next((one for one in self.columns if one.get("is_primary_key")), {})
        number = whole(transform_of(column).get("id"))
        session = self.input.session
        path = self.path(
            "validate_row_id",
            "/validate_row_id/{transform_id}",
            transform_id=required(session, number),
        )
        if ask(session, path).fields.get("valid") is not True:
            raise PortalError(
                f"{session.host} finds blank or repeated values in the row identifier"
                f' "{column.get("field_name")}".',
                "Fill it with a different value in every row, and push again.",
                None,
                "identifier-not-unique",
            )

    def errors(self) -> Iterator[CellError]:
        """Every cell that the portal cannot convert, with its row in the source.

        The rows that will be applied do not contain their numbers, so a second schema is made that
        does; it is never applied. Raises PortalError.
        """
        numbered = self.input.numbered(self.target).finished()
        path = numbered.path("schema_errors", "/schema_errors")
        yield from cell_errors(self.input.session, path, numbered.names, self.target.row)

    @property
    def columns(self) -> list[dict[str, Any]]:
        """Its columns by position, as on the portal."""
        return by_position(self.resource.listed("output_columns"))

    @property
    def names(self) -> tuple[str, ...]:
        """The field names of its columns by position, which is the order of its cells."""
        return tuple(str(column.get("field_name")) for column in self.columns)


@dataclass(frozen=True, slots=True)
class InputSchema:
    """The file as parsed by the portal, all text.

    `rows` and `error_count` (records with too few or too many cells, which are left out) are None
    where the portal does not tell.
    """

    source: UploadSource = field(repr=False)
    id: int
    rows: int | None
    error_count: int | None
    resource: Resource = field(repr=False)

    @property
    def session(self) -> PortalSession:
        """The session that created the resource."""
        return self.source.session

    def path(self, link: str, below: str = "", **values: int | str) -> str:
        """The address of a link in the resource."""
        below = f"/schema/{self.id}{below}"
        link = f"input_schema_links.{link}"
        return self.source.path(link, below, input_schema_id=self.id, **values)

    def errors(self) -> Iterator[CellError]:
        """Every record with a wrong number of cells, with its row in the source."""
        yield from record_errors(self.session, self.path("row_errors", "/row_errors"))

    def output(self, target: Target) -> OutputSchema:
        """Set the conversion of each column.

        The dataset's other columns are kept, blank in every row of the file; a delete has only
        the row identifier. Raises PortalError, also where the dataset's
        columns are not those that were mapped.
        """
        return self._create(target, [])

    def numbered(self, target: Target) -> OutputSchema:
        """The schema with an extra column of source row numbers, for inspection only."""
        return self._create(target, [number_column(target, self.names(target))])

    def _create(self, target: Target, more: list[dict[str, Any]]) -> OutputSchema:
        suggested = self._suggested()
        offered = by_position(suggested.listed("output_columns"))
        columns = numbered([*wanted_columns(offered, target, self.names(target)), *more])
        fields = {str(column["field_name"]) for column in columns}
        sorts = [one for one in suggested.listed("sort_bys") if one.get("field_name") in fields]
        return self.converted(target, columns, sorts)

    def converted(
        self, target: Target, columns: list[dict[str, Any]], sorts: Sequence[dict[str, Any]] = ()
    ) -> OutputSchema:
        """Create exactly these columns from the file. Raises PortalError if one is missing."""
        body = {"output_columns": columns, "sort_bys": list(sorts)}
        output = _output(self, target, change(self.session, "POST", self.path("transform"), body))
        require_columns(target, {str(one["field_name"]) for one in columns}, output.names)
        return output

    def _suggested(self) -> Resource:
        """The portal's own first output schema, with the columns of the dataset."""
        found = poll(
            self.session,
            self.path("show"),
            lambda resource: bool(resource.listed("output_schemas")),
            ignore,
        )
        latest = max(found.listed("output_schemas"), key=lambda item: whole(item.get("id")) or 0)
        return resource_from(latest) or Resource()

    def names(self, target: Target) -> dict[str, str]:
        """The portal's names of the file's columns. Raises PortalError if they differ."""
        return input_names(self.resource.listed("input_columns"), target, self.session.host)


def parsed(source: UploadSource, told: Rows = ignore) -> InputSchema:
    """Wait until the portal has read the uploaded file; `told` receives the row count so far.

    Raises PortalError if it cannot read it, Cancelled if the user stops it.
    """

    def tell(resource: Resource) -> None:
        schemas = resource.listed("schemas")
        told(whole(schemas[-1].get("total_rows")) if schemas else None)

    session = source.session
    resource = wait_for(session, source.path("show"), is_read, tell)
    if resource.done("failed_at"):
        raise failure(session, "read the upload", resource.fields.get("failure_details"))
    newest = max(resource.listed("schemas"), key=lambda item: whole(item.get("id")) or 0)
    schema = resource_from(newest) or Resource()
    return InputSchema(
        source=UploadSource(session, source.id, resource),
        id=required(session, schema.number("id")),
        rows=schema.number("total_rows"),
        error_count=schema.number("num_row_errors"),
        resource=schema,
    )


def _output(parent: InputSchema, target: Target, resource: Resource) -> OutputSchema:
    return OutputSchema(
        input=parent,
        target=target,
        id=required(parent.session, resource.number("id")),
        rows=resource.number("total_rows"),
        error_count=resource.number("error_count"),
        resource=resource,
    )
