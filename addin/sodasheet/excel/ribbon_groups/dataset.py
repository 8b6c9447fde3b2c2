"""The ribbon's group Dataset: choosing a dataset and a source."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sodasheet.errors import SodaSheetError, UsageProblem
from sodasheet.excel.button_press import activate
from sodasheet.model.sheet_labels import MAPPING_TITLE

#: The file of a task's folder that says which rows of the sheet count.
HIDDEN_ROWS = "hidden-rows.json"

if TYPE_CHECKING:
    import xlwings

    from sodasheet.excel.actions.match_columns import Matched
    from sodasheet.excel.button_press import Press
    from sodasheet.model.dataset import Dataset
    from sodasheet.model.job import Job, SourceSpec


def choose_dataset(press: Press) -> None:
    """Ask the user for a dataset and create its mapping sheet with most columns matched.

    The choice is made on a separate page; if no window can be opened, the dataset's web address is
    asked for here.
    """
    _refuse_own_sheet(press)
    if press.dialogs.no_windows is None:
        from sodasheet.desk.tasks.task import TaskKind
        from sodasheet.excel.actions.portal_choice import offered_portal
        from sodasheet.excel.tasks.launched_tasks import begin, order_of, task_of

        begin(task_of(press, TaskKind.CHOOSE, portal=offered_portal(press)), order_of(press))
        return
    text = press.dialogs.ask_text("The dataset's web address, as the browser shows it:")
    if text is not None and text.strip():
        use_dataset(press, _read(text))


def _read(address: str) -> Dataset:
    from sodasheet.excel.portal_session import open_session
    from sodasheet.portal.dataset import read_dataset
    from sodasheet.portal.dataset_address import Address

    where = Address.parse(address)
    with open_session(where.portal) as session:
        return read_dataset(session, where.dataset)


def use_dataset(press: Press, dataset: Dataset) -> None:
    """Create the mapping sheet of a chosen dataset, or show the existing sheet."""
    existing = _existing(press, dataset)
    if existing is not None:
        from sodasheet.excel.sheets.mapping import MappingSheet
        from sodasheet.excel.sheets.mapping_upgrade import bring_up_to_date

        mapping = MappingSheet(existing)
        added = bring_up_to_date(mapping, mapping.read().memory)
        activate(existing)
        there = f"{dataset.name} has a mapping sheet already: {existing.name}."
        told = [f"{there} Press Match again to bring it up to date.", *added]
        press.dialogs.tell("\n".join(told))
        return
    new_mapping(press, dataset)


def new_mapping(press: Press, dataset: Dataset) -> None:
    """Match the active sheet with the dataset and show the new mapping sheet."""
    from sodasheet.excel.actions.hidden_rows import asked_about_hidden
    from sodasheet.excel.actions.match_columns import match, with_prints
    from sodasheet.excel.live.header_row import header_words
    from sodasheet.model.job import Job
    from sodasheet.model.method import Method

    spec = asked_about_hidden(press, active_source(press))
    method = Method.UPSERT if dataset.row_identifier else Method.APPEND
    found = match(press, spec, dataset, method, None)
    job = Job(dataset.portal, dataset.id, method, spec, found.mapping)
    _put_sheet(press, with_prints(job, found.headers, dataset), dataset, found)
    if words := header_words(spec, found.headers):
        press.dialogs.tell(words)


def _put_sheet(press: Press, job: Job, dataset: Dataset, found: Matched) -> None:
    from sodasheet.excel.actions.match_columns import lay_out
    from sodasheet.excel.sheets.mapping import MappingSheet
    from sodasheet.excel.sheets.template_sheets import add_sheet
    from sodasheet.excel.xlwings_access import quiet
    from sodasheet.jobs.sheet.sheet_name import sheet_name

    name = sheet_name("Map", dataset.name, press.sheets.names)
    sheet = add_sheet(press.book, "Mapping", name)
    try:
        lay_out(MappingSheet(sheet), job, dataset, found)
    except BaseException:
        # Half a mapping sheet would be mistaken for a whole sheet at the next press.
        with suppress(Exception), quiet(press.app):
            sheet.delete()
        raise
    activate(sheet)


def create_dataset(press: Press) -> None:
    """Create a dataset for the active sheet on a separate page, and make its mapping sheet.

    Raises SodaSheetError if no window can be opened.
    """
    from sodasheet.desk.tasks.task import TaskKind
    from sodasheet.excel.actions.hidden_rows import asked_about_hidden
    from sodasheet.excel.actions.portal_choice import offered_portal
    from sodasheet.excel.tasks.launched_tasks import begin, order_of, task_of

    _refuse_own_sheet(press, "New dataset")
    if press.dialogs.no_windows is not None:
        raise press.dialogs.no_windows
    asked = asked_about_hidden(press, active_source(press))
    task = task_of(press, TaskKind.CREATE, source=press.sheet.name, portal=offered_portal(press))
    task.write(HIDDEN_ROWS, {"rows": asked.rows})
    begin(task, order_of(press))


def put_new_mapping(
    press: Press, job: Job, dataset: Dataset, samples: dict[str, list[str]]
) -> None:
    """Create and show the mapping sheet of a dataset that was created for the active sheet."""
    from sodasheet.excel.actions.match_columns import Matched
    from sodasheet.excel.live.header_row import header_words

    found = Matched(job.fingerprint.headers, job.mapping, samples)
    _put_sheet(press, job, dataset, found)
    if words := header_words(job.source, found.headers):
        press.dialogs.tell(words)


def choose_source(press: Press) -> bool:
    """Ask where the rows come from, store the answer, and match again.

    True if a separate process goes on with the answer.
    """
    from sodasheet.excel.sheets.open_mapping import find_mapping, names_of
    from sodasheet.excel.tasks.background_press import handed_over
    from sodasheet.model.sheet_labels import SOURCE

    given = find_mapping(press).read().values.get(SOURCE, "")
    names = names_of(press)
    offers = [f"Sheet: {name}" for name in names.sheets] + [f"Table: {n}" for n in names.tables]
    text = press.dialogs.ask_text(
        "Where do the rows come from? A sheet, a table, a range of a sheet (Range: 'Data'!A3:F200) "
        f"or a CSV, TSV or workbook file.\n\n{chr(10).join(offers[:20])}",
        given,
    )
    if text is None or not text.strip():
        return False
    if handed_over(press, "choose_source", "matching the columns of the source", text):
        return True
    # The sheets may have changed since the question.
    _use_source(replace(press), text)
    return False


def _use_source(press: Press, text: str) -> None:
    """Store the source that the text names, and match again."""
    from sodasheet.excel.actions.hidden_rows import asked_about_hidden
    from sodasheet.excel.actions.match_columns import lay_out, match, with_prints
    from sodasheet.excel.live.header_row import header_words
    from sodasheet.excel.sheets.mapping_upgrade import bring_up_to_date
    from sodasheet.excel.sheets.open_mapping import names_of, open_mapping
    from sodasheet.jobs.sheet.source_cell import spec_of

    opened = open_mapping(press)
    spec = spec_of(text, names_of(press), replace(opened.job.source, rows=""))
    spec = _with_header_row(press, spec, opened.job.source)
    spec = asked_about_hidden(press, spec)
    found = match(press, spec, opened.dataset, opened.job.method, opened.job.mapping)
    job = replace(opened.job, source=spec, mapping=found.mapping)
    added = bring_up_to_date(opened.sheet, job)
    job = with_prints(job, found.headers, opened.dataset)
    lay_out(opened.sheet, job, opened.dataset, found)
    if told := [*filter(None, [header_words(spec, found.headers)]), *added]:
        press.dialogs.tell("\n".join(told))


def _with_header_row(press: Press, spec: SourceSpec, before: SourceSpec) -> SourceSpec:
    """Return the source with its most probable header row.

    The header row of a file that was the source before is kept on the mapping sheet.
    """
    if spec.kind == "active":
        from sodasheet.excel.live.header_row import with_header_row
        from sodasheet.excel.live.source_location import location_of

        return with_header_row(location_of(press, spec), spec)
    if (spec.path, spec.sheet, spec.range) == (before.path, before.sheet, before.range):
        return spec
    from sodasheet.excel.accept_network_hosts import require_accepted
    from sodasheet.model.mapping import Mapping
    from sodasheet.sources.header_row import suggest_header_row
    from sodasheet.staging.suggest import accept

    require_accepted(press, spec)
    spec = replace(spec, header_row=1, header_rows=1)
    found = suggest_header_row(press.base / spec.path, spec)
    return spec if found is None else accept(Mapping(), spec, [found])[1]


def make_template(press: Press) -> bool:
    """Create a workbook for typing the dataset's rows, next to this workbook, and open the file.

    True if a separate process goes on with it.
    """
    from sodasheet.excel.tasks.background_press import handed_over

    if handed_over(press, "make_template", "making a workbook to type rows into"):
        return True
    from sodasheet.excel.new_workbook import open_new_workbook
    from sodasheet.excel.portal_session import open_session
    from sodasheet.excel.sheets.open_mapping import target
    from sodasheet.model.method import Method
    from sodasheet.new_workbooks.entry_template import entry_template
    from sodasheet.portal.dataset import read_dataset

    place = target(press)
    press.status("Reading the dataset")
    with open_session(place.portal) as session:
        dataset = read_dataset(session, place.dataset)
        method = Method.UPSERT if dataset.row_identifier else Method.APPEND
        made = entry_template(session, dataset, method)
    open_new_workbook(press, f"{dataset.name} template", made.content)
    return False


def dataset_columns(press: Press) -> None:
    """Open the page with the dataset's columns, and the additional columns of the saved sheet.

    Raises SodaSheetError if no window can be opened.
    """
    from sodasheet.desk.open_desk_at_page import open_columns
    from sodasheet.excel.sheets.open_mapping import target

    where = target(press)
    if press.dialogs.no_windows is not None:
        raise press.dialogs.no_windows
    open_columns(where.portal, where.dataset, *_saved_source(press))


def _saved_source(press: Press) -> tuple[str, str]:
    """Return file and part of the mapping sheet's source; empty without a saved file."""
    from sodasheet.excel.sheets.open_mapping import open_mapping

    with suppress(SodaSheetError):
        spec = open_mapping(press).job.source
        own = spec.kind == "active"
        path = Path(press.path) if own else Path(press.path).parent / spec.path
        if path.is_file():
            part = f"table:{spec.table}" if spec.table else f"sheet:{spec.sheet}"
            return str(path), part if spec.table or spec.sheet else ""
    return "", ""


def open_on_portal(press: Press) -> None:
    """Show the dataset in the browser."""
    import webbrowser

    from sodasheet.excel.sheets.open_mapping import target

    webbrowser.open(target(press).link)


def _refuse_own_sheet(press: Press, button: str = "Choose dataset") -> None:
    from sodasheet.excel.sheets.generated_sheets import TITLES

    if press.sheets.has_title(press.sheet, *TITLES):
        raise UsageProblem(
            f"{press.sheet.name} was created by SodaSheet.",
            f"Go to the sheet with your data, then press {button} again.",
        )


def _existing(press: Press, dataset: Dataset) -> xlwings.Sheet | None:
    """Return the mapping sheet of this dataset for the active sheet, if any."""
    from sodasheet.excel.sheets.mapping import MappingSheet
    from sodasheet.jobs.sheet.labeled_settings_block import target_of

    for sheet in press.sheets.titled(MAPPING_TITLE):
        read = MappingSheet(sheet).read()
        where = target_of(read.values)
        same = (where.portal, where.dataset) == (dataset.portal, dataset.id)
        if same:
            return sheet
    return None


def active_source(press: Press) -> SourceSpec:
    """Return the active sheet's only table, else the sheet with its header row."""
    from sodasheet.excel.live.header_row import with_header_row
    from sodasheet.excel.live.source_location import location_of
    from sodasheet.model.job import SourceSpec

    tables = list(press.sheet.tables)
    if len(tables) == 1:
        return SourceSpec(kind="active", table=tables[0].name)
    spec = SourceSpec(kind="active", sheet=press.sheet.name)
    return with_header_row(location_of(press, spec), spec)
