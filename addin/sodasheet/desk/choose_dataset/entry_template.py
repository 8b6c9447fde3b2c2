"""The template of a dataset: a workbook to type rows into, as a download."""

from __future__ import annotations

import io
from typing import Any

from flask import Blueprint, request, send_file

from sodasheet.desk.portal_session import open_session
from sodasheet.model.method import Method
from sodasheet.portal.dataset_address import Address
from sodasheet.system.file_names import file_name


def template_pages() -> Blueprint:
    """Return the download of templates."""
    pages = Blueprint("template", __name__)

    @pages.post("/template")
    def template() -> Any:
        from sodasheet.new_workbooks.entry_template import entry_template
        from sodasheet.portal.dataset import read_dataset

        place = Address.parse(request.form.get("dataset", ""), request.form.get("portal", ""))
        with open_session(place.portal) as session:
            dataset = read_dataset(session, place.dataset)
            method = Method.UPSERT if dataset.row_identifier else Method.APPEND
            made = entry_template(session, dataset, method)
        return send_file(
            io.BytesIO(made.content),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            as_attachment=True,
            download_name=f"{file_name(dataset.name, dataset.id)} template.xlsx",
        )

    return pages
