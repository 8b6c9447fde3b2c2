"""`.gij` files and GIS jobs on the command line: a replace for each layer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sodasheet.errors import UsageProblem
from sodasheet.jobs.datasync.gis_job import read_gis_job
from sodasheet.jobs.datasync.preferences import Preferences
from sodasheet.jobs.load_jobs import jobs_in
from sodasheet.model.method import Method

PREFERENCES = Preferences({"domain": "https://data.example.gov"}, "the preferences")


def gij(folder: Path, **changes: Any) -> Path:
    """A job written by GISJob of DataSync 1.9.9 (fileVersionUID 4), with its noise."""
    body = {
        "datasetID": "abcd-1234",
        "fileToPublish": "city.zip",
        "publishMethod": "replace",
        "layerMap": {"parks": "park-1234", "roads": "road-5678"},
        "pathToSavedFile": "city.gij",
        "fileVersionUID": 4,
        "defaultJobName": "Untitled GIS Job",
    } | changes
    path = folder / "city.gij"
    path.write_text(json.dumps(body), encoding="utf-8")
    return path


def test_each_layer_is_a_replace_of_its_dataset(tmp_path: Path) -> None:
    found = read_gis_job(gij(tmp_path), PREFERENCES)

    assert [(one.name, one.job.dataset, one.job.source.sheet) for one in found] == [
        ("parks", "park-1234", "parks"),
        ("roads", "road-5678", "roads"),
    ]
    assert {one.job.method for one in found} == {Method.REPLACE}
    assert {one.job.portal for one in found} == {"https://data.example.gov"}
    assert all(one.job.mapping.by_field_name for one in found)


def test_without_a_map_the_dataset_is_the_layer(tmp_path: Path) -> None:
    (one,) = read_gis_job(gij(tmp_path, layerMap={}, fileToPublish="a.geojson"), PREFERENCES)

    assert (one.name, one.job.dataset, one.job.source.path) == ("", "abcd-1234", "a.geojson")


def test_the_loader_gives_the_layers_as_jobs(tmp_path: Path) -> None:
    found = jobs_in(gij(tmp_path), "https://data.example.org")

    assert [one.name for one in found] == ["parks", "roads"]
    assert found[0].job.portal == "https://data.example.org"
    assert "the_geom" in found[0].notes[0]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"fileToPublish": "rows.csv"}, '"rows.csv", is not a geographic file'),
        ({"layerMap": {"parks": 5}}, 'of the layer parks, "5", is not a dataset id'),
        ({"layerMap": {}, "datasetID": ""}, 'the dataset, "", is not a dataset id'),
        ({"layerMap": []}, "it is not a GIS job"),
    ],
)
def test_an_invalid_gis_job_is_explained(
    tmp_path: Path, changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(UsageProblem) as caught:
        read_gis_job(gij(tmp_path, **changes), PREFERENCES)

    assert str(caught.value).startswith("The DataSync job city.gij: ")
    assert said in caught.value.what
