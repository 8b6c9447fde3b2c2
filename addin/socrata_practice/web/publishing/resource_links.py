"""The `links` of every resource: relative addresses, which socrata-py relies on."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

BASE = "/api/publishing/v1"
Links = dict[str, Any]


def revision_links(fourfour: str, seq: int) -> Links:
    """Return the links of a revision."""
    own = f"{BASE}/revision/{fourfour}/{seq}"
    return {
        "show": own,
        "update": own,
        "metadata": own,
        "discard": own,
        "apply": f"{own}/apply",
        "plan": f"{own}/plan",
        "restore": f"{own}/restore",
        "create_source": f"{own}/source",
        "list_sources": f"{own}/source",
        "attachment": f"{own}/attachment",
    }


def task_set_links(fourfour: str, seq: int, number: int) -> Links:
    """Return the links of a task set."""
    return {"show": f"{BASE}/revision/{fourfour}/{seq}/apply/{number}"}


def output_links(source: Any, input_schema: Any, output_schema: Any) -> Links:
    """Return the links of an output schema; numbers may be templates."""
    own = f"{BASE}/source/{source}/schema/{input_schema}/output/{output_schema}"
    return {
        "show": own,
        "rows": f"{own}/rows",
        "schema_errors": f"{own}/schema_errors",
        "validate_row_id": f"{own}/validate_row_id/{{transform_id}}",
        "build_config": f"{BASE}/config/build_from/{output_schema}",
    }


def input_links(source: Any, input_schema: Any) -> Links:
    """Return the links of an input schema; its number may be a template."""
    own = f"{BASE}/source/{source}/schema/{input_schema}"
    return {
        "show": own,
        "transform": own,
        "latest_output": f"{own}/output/latest",
        "row_errors": f"{own}/row_errors",
        "output_schema_links": output_links(source, input_schema, "{output_schema_id}"),
    }


def source_links(source: int) -> Links:
    """Return the links of a source."""
    own = f"{BASE}/source/{source}"
    return {
        "show": own,
        "update": f"{own}/options",
        "add_to_revision": own,
        "load": f"{own}/load",
        "bytes": own,
        "initiate": f"{own}/initiate",
        "chunk": f"{own}/chunk/{{seq_num}}/{{byte_offset}}",
        "commit": f"{own}/chunk/{{seq_num}}/{{byte_offset}}/commit",
        "cancel": own,
        "show_input_schema": f"{own}/schema/{{input_schema_id}}",
        "input_schema_links": input_links(source, "{input_schema_id}"),
    }


def config_links(name: str) -> Links:
    """Return the links of a config."""
    own = f"{BASE}/config/{quote(name, safe='')}"
    return {
        "show": own,
        "update": own,
        "delete": own,
        "create_revision": f"{own}/revision/{{fourfour}}",
    }
