"""Geographic files with the usual commands: create, check, replace, undo, import."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import requests
import shapefile

from .conftest import Terminal

SQUARE = [[[-72.7, 41.7], [-72.6, 41.7], [-72.6, 41.8], [-72.7, 41.7]]]


def parks(folder: Path, *names: str) -> Path:
    features = [
        {
            "type": "Feature",
            "properties": {"Park ID": f"p{number}", "Name": name},
            "geometry": {"type": "Polygon", "coordinates": SQUARE},
        }
        for number, name in enumerate(names, 1)
    ]
    path = folder / "parks.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def layers(folder: Path, **points: list[tuple[float, float]]) -> Path:
    path = folder / "city.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for name, places in points.items():
            with shapefile.Writer(str(folder / name)) as writer:
                writer.field("TITLE", "C", 20)
                for number, place in enumerate(places, 1):
                    writer.point(*place)
                    writer.record(f"{name} {number}")
            for suffix in ("shp", "dbf", "shx"):
                packed.write(folder / f"{name}.{suffix}", f"{name}.{suffix}")
    return path


def rows(terminal: Terminal, dataset: str, order: str) -> list[dict[str, object]]:
    account = terminal.portal.account("publisher")
    reply = requests.get(
        f"{terminal.portal.url}/resource/{dataset}.json",
        params={"$order": order},
        auth=(account.key_id, account.key_secret),
        timeout=30,
    )
    found: list[dict[str, object]] = reply.json()
    return found


def test_geojson_creates_a_dataset_and_replaces_it_and_the_replace_is_undone(
    terminal: Terminal,
) -> None:
    parks(terminal.folder, "Bushnell", "Keney")
    made = terminal("create", "parks.geojson", "--portal", terminal.portal.url,
                    "-o", "job.json", "--yes", "--json")  # fmt: skip
    kinds = {one["source"]: one["type"] for one in made.json["proposal"]["columns"]}
    parks(terminal.folder, "Bushnell", "Goodwin", "Elizabeth")

    seen = terminal("preview", "job.json", "--json")
    pushed = terminal("push", "job.json", "--yes", "--json")
    after = rows(terminal, made.json["dataset"], "park_id")
    undone = terminal("undo", pushed.json["run"], "--yes", "--json")

    assert made.code == 0, made.err
    assert kinds == {"Park ID": "text", "Name": "text", "the_geom": "polygon"}
    counts = seen.json["preview"]
    assert (counts["new"], counts["changed"], counts["unchanged"]) == (1, 1, 1)
    assert pushed.code == 0, pushed.err
    assert [one["name"] for one in after] == ["Bushnell", "Goodwin", "Elizabeth"]
    assert after[0]["the_geom"] == {"type": "Polygon", "coordinates": SQUARE}
    assert undone.code == 0, undone.err
    assert [one["name"] for one in rows(terminal, made.json["dataset"], "park_id")] == [
        "Bushnell",
        "Keney",
    ]


def test_a_gis_job_replaces_the_datasets_of_its_layers(terminal: Terminal) -> None:
    layers(terminal.folder, parks=[(-72.5, 41.5)], roads=[(-72.4, 41.4)])
    made = {}
    for name in ("parks", "roads"):
        said = terminal("create", "city.zip", "--sheet", name, "--portal", terminal.portal.url,
                        "--name", name, "--identifier", "none", "--yes", "--json")  # fmt: skip
        assert said.code == 0, said.err
        made[name] = said.json["dataset"]
    layers(terminal.folder, parks=[(-72.1, 41.1), (-72.2, 41.2)], roads=[(-72.3, 41.3)])
    gij = {"datasetID": "city-map1", "fileToPublish": "city.zip", "layerMap": made,
           "publishMethod": "replace", "fileVersionUID": 4}  # fmt: skip
    (terminal.folder / "city.gij").write_text(json.dumps(gij))
    (terminal.folder / "config.json").write_text(json.dumps({"domain": terminal.portal.url}))

    loaded = terminal("datasync", "-t", "LoadPreferences", "-c", "config.json")
    ran = terminal("datasync", "city.gij")
    one = terminal("datasync", "-t", "GISJob", "-c", "config.json", "-i", made["roads"],
                   "-f", "city.zip", "-m", "replace")  # fmt: skip

    assert loaded.code == 0, loaded.err
    assert ran.code == 0, (ran.out, ran.err)
    found = rows(terminal, made["parks"], "title")
    assert [row["title"] for row in found] == ["parks 1", "parks 2"]
    assert found[0]["the_geom"] == {"type": "Point", "coordinates": [-72.1, 41.1]}
    assert rows(terminal, made["roads"], "title")[0]["the_geom"]["coordinates"] == [-72.3, 41.3]  # type: ignore[index]
    assert one.code == 1
    assert "city.zip has 2 layers: parks and roads." in one.out + one.err
