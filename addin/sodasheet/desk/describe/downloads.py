"""Files to save from the page of a description: its data dictionary, and its DCAT-US record."""

from __future__ import annotations

import json

from flask import Response
from werkzeug.exceptions import NotFound

from sodasheet.describe.data_dictionary import DICTIONARY, KINDS, data_dictionary
from sodasheet.describe.dcat import dcat_record
from sodasheet.describe.description import description_of
from sodasheet.desk.describe.dataset_choice import portal_of
from sodasheet.desk.portal_session import open_session
from sodasheet.portal.descriptions import read_view

_RECORD = "record.json"


def file_to_save(dataset: str, name: str) -> Response:
    """Return a file about a dataset. Raises NotFound for an unknown name, and SodaSheetError."""
    portal = portal_of(dataset)
    kind = next((one for one in KINDS if name == f"{DICTIONARY}.{one}"), "")
    if not kind and name != _RECORD:
        raise NotFound
    with open_session(portal) as session:
        view = read_view(session, dataset)
    if kind:
        content = data_dictionary(description_of(view), f".{kind}")
    else:
        record = dcat_record(view, portal)
        content = json.dumps(record, ensure_ascii=False, indent=1).encode("utf-8", "replace")
    type_ = "application/octet-stream" if kind else "application/ld+json"
    head = {"Content-Disposition": f"attachment; filename={dataset}-{name}"}
    return Response(content, mimetype=type_, headers=head)
