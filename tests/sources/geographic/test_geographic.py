"""GeoJSON, KML, KMZ and shapefiles as rows: every feature, exact numbers, plain sentences."""

from __future__ import annotations

import json
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import shapefile
from hypothesis import given
from hypothesis import strategies as some

from sodasheet.errors import SourceError
from sodasheet.model.job import SourceSpec
from sodasheet.model.progress import Silent
from sodasheet.sources import open_source, source_spec
from sodasheet.sources.geographic.feature import shape_text
from sodasheet.sources.geographic.source import layers_of
from sodasheet.staging.staged_table import Stage

WGS = 'GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]]]'
MERCATOR = 'PROJCS["WGS_1984_Web_Mercator_Auxiliary_Sphere",GEOGCS["GCS_WGS_1984"]]'
PLANE = 'PROJCS["NAD_1983_StatePlane_Connecticut_FIPS_0600_Feet",GEOGCS["GCS_North_American_1983"]]'
SQUARE = [[[-72.7, 41.7], [-72.6, 41.7], [-72.6, 41.8], [-72.7, 41.7]]]


def rows_of(path: Path, folder: Path, layer: str = "") -> list[dict[str, Any]]:
    spec = source_spec(str(path), SourceSpec(sheet=layer))
    folder.mkdir(exist_ok=True)
    with Stage.open(open_source(spec, path.parent), folder, Silent()) as stage:
        cursor = stage.cursor().execute("SELECT * FROM source ORDER BY _row")
        found = cursor.fetchall()
        names = [one[0] for one in cursor.description or ()]
        place = names.index("_row")
        return [
            dict(zip(stage.headers, [*row[:place], *row[place + 1 :]], strict=True))
            for row in found
        ]


def refused(path: Path, folder: Path, layer: str = "") -> SourceError:
    with pytest.raises(SourceError) as caught:
        rows_of(path, folder, layer)
    return caught.value


def geojson(path: Path, *features: Any, **more: Any) -> Path:
    body = {"type": "FeatureCollection", **more, "features": list(features)}
    path.write_text(json.dumps(body, ensure_ascii=False), encoding="utf-8")
    return path


def feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def layer(folder: Path, name: str, projection: str = WGS, scale: float = 1) -> list[Path]:
    """The files of a shapefile with two points."""
    with shapefile.Writer(str(folder / name), encoding="utf-8") as writer:
        writer.field("NAME", "C", 40)
        writer.field("COUNT", "N", 9, 2)
        writer.field("OPENED", "D")
        for number, title in enumerate(("Ägypten Park", "Fire 2"), 1):
            writer.point(-72.5 * scale * number, 10.25 * scale * number)
            writer.record(title, 1.5 * number, date(2024, 2, number))
    (folder / f"{name}.prj").write_text(projection)
    return [folder / f"{name}{one}" for one in (".shp", ".dbf", ".shx", ".prj")]


def archive(path: Path, *files: Path, under: str = "") -> Path:
    with zipfile.ZipFile(path, "w") as made:
        for file in files:
            made.write(file, under + file.name)
    return path


def test_features_of_geojson_are_rows_with_exact_numbers(tmp_path: Path) -> None:
    path = tmp_path / "parks.geojson"
    text = json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                feature({"type": "Point", "coordinates": [-72.123456789012345678, 41.0, 12]}, id=1),
                feature(None, id="2", open=True, area=0.1, tags=["a", {"b": None}], note="Zoë"),
                feature({"type": "Polygon", "coordinates": SQUARE}, id=None),
            ],
        }
    ).replace("-72.12345678901235", "-72.123456789012345678")
    path.write_text("\N{BYTE ORDER MARK}" + text, encoding="utf-8")

    rows = rows_of(path, tmp_path / "stage")

    assert rows[0]["the_geom"] == "POINT (-72.123456789012345678 41)"
    assert rows[1] == {
        "id": "2",
        "open": "true",
        "area": "0.1",
        "tags": '["a", {"b": null}]',
        "note": "Zoë",
        "the_geom": "",
    }
    assert rows[2]["the_geom"] == ("POLYGON ((-72.7 41.7, -72.6 41.7, -72.6 41.8, -72.7 41.7))")
    assert rows[2]["id"] == ""


_PLACE = some.tuples(some.floats(-180, 180), some.floats(-90, 90)).map(list)


@given(some.lists(_PLACE, min_size=1, max_size=5))
def test_positions_come_back_from_their_text(places: list[list[float]]) -> None:
    text = shape_text({"type": "MultiPoint", "coordinates": places})

    inside = text.removeprefix("MULTIPOINT (").removesuffix(")")
    assert [[float(part) for part in one.split()] for one in inside.split(", ")] == places
    assert "e" not in inside.lower()


def test_placemarks_of_folders_are_layers(tmp_path: Path) -> None:
    path = tmp_path / "city.kml"
    path.write_text(KML, encoding="utf-8")
    kmz = archive(tmp_path / "city.kmz", path)

    assert layers_of(path, Silent()) == layers_of(kmz, Silent()) == ("Parks", "Roads")
    assert rows_of(path, tmp_path / "a", "Parks") == [
        {
            "name": "Büsser Park",
            "description": "",
            "acres": "3.5",
            "the_geom": (
                "MULTIPOLYGON (((-72.7 41.7, -72.6 41.7, -72.6 41.8, -72.7 41.7),"
                " (-72.65 41.71, -72.64 41.71, -72.64 41.72, -72.65 41.71)),"
                " ((-72.7 41.7, -72.6 41.7, -72.6 41.8, -72.7 41.7)))"
            ),
        },
        {"name": "Corner", "description": "A <b>bench</b>", "acres": "", "the_geom": POINT},
    ]
    (road,) = rows_of(kmz, tmp_path / "b", "Roads")
    assert (road["class"], road["the_geom"]) == ("A", "LINESTRING (-72.7 41.7, -72.6 41.8)")
    several = refused(path, tmp_path / "c")
    assert several.what == "city.kml has 2 layers: Parks and Roads."
    assert "has no layer" in refused(path, tmp_path / "d", "Rivers").what


def test_a_kml_that_would_fetch_or_grow_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "evil.kml"
    path.write_text(f'<!DOCTYPE k [<!ENTITY a SYSTEM "file:///etc/passwd">]>{KML[39:]}')

    assert refused(path, tmp_path / "stage").what.startswith("evil.kml cannot be read as KML")


def test_shapefiles_are_read_from_archives_and_folders(tmp_path: Path) -> None:
    files = layer(tmp_path, "parks")
    expected = [
        {"NAME": "Ägypten Park", "COUNT": "1.5", "OPENED": "2024-02-01",
         "the_geom": "POINT (-72.5 10.25)"},
        {"NAME": "Fire 2", "COUNT": "3", "OPENED": "2024-02-02", "the_geom": "POINT (-145 20.5)"},
    ]  # fmt: skip
    packed = archive(tmp_path / "deep.zip", *files, under="../../a folder/")

    assert rows_of(packed, tmp_path / "a") == expected
    assert rows_of(files[0], tmp_path / "b") == expected
    assert not (tmp_path.parent / "a folder").exists()


def test_an_archive_of_several_layers_asks_for_one(tmp_path: Path) -> None:
    packed = archive(tmp_path / "city.zip", *layer(tmp_path, "parks"), *layer(tmp_path, "roads"))

    assert refused(packed, tmp_path / "a").what == "city.zip has 2 layers: parks and roads."
    assert len(rows_of(packed, tmp_path / "b", "roads")) == 2


def test_layers_of_one_name_in_two_folders_are_not_mixed(tmp_path: Path) -> None:
    packed = tmp_path / "city.zip"
    for folder, scale in (("north", 1.0), ("south", 0.5)):
        (tmp_path / folder).mkdir()
        files = layer(tmp_path / folder, "roads", scale=scale)
        with zipfile.ZipFile(packed, "a") as made:
            for file in files:
                made.write(file, f"{folder}/{file.name}")

    assert refused(packed, tmp_path / "a").what == (
        "city.zip has 2 layers: north/roads and south/roads."
    )
    assert rows_of(packed, tmp_path / "b", "north/roads")[0]["the_geom"] == "POINT (-72.5 10.25)"
    assert rows_of(packed, tmp_path / "c", "south/roads")[0]["the_geom"] == "POINT (-36.25 5.125)"


def test_a_deleted_record_takes_its_shape_along(tmp_path: Path) -> None:
    files = layer(tmp_path, "parks")
    content = bytearray(files[1].read_bytes())
    content[int.from_bytes(content[8:10], "little")] = ord("*")
    files[1].write_bytes(content)

    (row,) = rows_of(files[0], tmp_path / "a")

    assert (row["NAME"], row["the_geom"]) == ("Fire 2", "POINT (-145 20.5)")


@pytest.mark.parametrize(("place", "size"), [(0, -28), (0, -5), (1, -5), (1, 20)])
def test_a_shapefile_that_is_cut_off_is_refused(tmp_path: Path, place: int, size: int) -> None:
    files = layer(tmp_path, "parks")
    files[2].unlink()
    files[place].write_bytes(files[place].read_bytes()[:size])

    assert "cannot be read: " in refused(files[0], tmp_path / "a").what


def test_an_encrypted_archive_gets_a_sentence(tmp_path: Path) -> None:
    for name, file in (("a.zip", layer(tmp_path, "a")[0]), ("b.kmz", tmp_path / "doc.kml")):
        file.touch()
        packed = archive(tmp_path / name, file, *layer(tmp_path, "a")[1:])
        content = packed.read_bytes()
        # The flag of encryption, before each file and in the directory.
        for start, flag in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            parts = content.split(start)
            head, flags, rest = parts[1][: flag - 4], parts[1][flag - 4], parts[1][flag - 3 :]
            parts[1] = head + bytes([flags | 1]) + rest
            content = start.join(parts)
        packed.write_bytes(content)

        assert "or needs a password" in refused(packed, tmp_path / "stage").what


def test_web_mercator_is_brought_to_degrees_and_other_projections_are_named(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    meters = archive(tmp_path / "m.zip", *layer(folder, "m", MERCATOR, scale=111319.49079327357))
    plane = archive(tmp_path / "p.zip", *layer(folder, "p", PLANE))

    first = rows_of(meters, tmp_path / "a")[0]["the_geom"]

    assert first.startswith("POINT (-72.5 10.1")
    told = refused(plane, tmp_path / "b")
    assert "NAD_1983_StatePlane_Connecticut_FIPS_0600_Feet" in told.what
    assert told.remedy == "Export the layer in WGS 84 (EPSG:4326)."


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.geojson", b'{"type": "FeatureCollection", "features": [', "is not valid JSON"),
        ("a.geojson", b"[1, 2]", "has no features"),
        ("a.geojson", b'{"type": "FeatureCollection", "features": [1]}', "that are not features"),
        (
            "a.geojson",
            b'{"features": [{"type": "Feature", "properties": [1]}]}',
            "name-value pairs",
        ),
        ("a.geojson", b"", "is empty"),
        ("a.kml", b"<kml><Document></kml>", "cannot be read as KML"),
        ("a.kml", b"<kml/>", "has no features"),
        ("a.kmz", b"PK\x03\x04 no archive", "is damaged, incomplete"),
        ("a.zip", b"PK\x03\x04 no archive", "is damaged, incomplete"),
        ("a.shp", b"no shapes", "a.dbf is missing"),
    ],
)
def test_what_cannot_be_read_gets_a_sentence(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    error = refused(path, tmp_path / "stage")

    assert said in error.what
    assert error.remedy


def test_shapes_and_numbers_of_any_kind_are_texts_for_the_check(tmp_path: Path) -> None:
    path = tmp_path / "odd.geojson"
    geometries = ('{"type": "Point", "coordinates": {"x": 1}}', "[1]", '"a"', "null")
    listed = ", ".join(
        f'{{"type": "Feature", "properties": {{"n": 1e999999999}}, "geometry": {one}}}'
        for one in geometries
    )
    path.write_text(f'{{"type": "FeatureCollection", "features": [{listed}]}}')

    rows = rows_of(path, tmp_path / "stage")

    assert [row["the_geom"] for row in rows] == [
        "Point with unusable coordinates",
        "no geometry",
        "no geometry",
        "",
    ]
    assert {row["n"] for row in rows} == {"1E+999999999"}


def test_another_archive_and_another_system_are_named(tmp_path: Path) -> None:
    other = tmp_path / "rows.csv"
    other.write_text("a\n1\n")
    path = geojson(
        tmp_path / "plane.geojson",
        feature({"type": "Point", "coordinates": [1000000, 800000]}),
        crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::2234"}},
    )

    assert (
        "contains no shapefile" in refused(archive(tmp_path / "a.zip", other), tmp_path / "a").what
    )
    assert "are in urn:ogc:def:crs:EPSG::2234" in refused(path, tmp_path / "b").what


POINT = "POINT (-72.7 41.7)"
_RING = "-72.7,41.7,0 -72.6,41.7,0 -72.6,41.8,0 -72.7,41.7,0"
_HOLE = "-72.65,41.71 -72.64,41.71 -72.64,41.72 -72.65,41.71"
KML = f"""<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>City</name>
<Style id="s"><name>no property</name></Style>
<Folder><name>Parks</name>
<Placemark><name>Büsser Park</name><ExtendedData><Data name="acres"><value>3.5</value></Data>
</ExtendedData><MultiGeometry>
<Polygon><outerBoundaryIs><LinearRing><coordinates>{_RING}</coordinates></LinearRing>
</outerBoundaryIs><innerBoundaryIs><LinearRing><coordinates>{_HOLE}</coordinates></LinearRing>
</innerBoundaryIs></Polygon>
<Polygon><outerBoundaryIs><LinearRing><coordinates>{_RING}</coordinates></LinearRing>
</outerBoundaryIs></Polygon></MultiGeometry></Placemark>
<Placemark><name>Corner</name><description><![CDATA[A <b>bench</b>]]></description>
<Point><coordinates>-72.7,41.7</coordinates></Point></Placemark>
</Folder>
<Folder><name>Roads</name><Placemark><ExtendedData><SchemaData>
<SimpleData name="class">A</SimpleData></SchemaData></ExtendedData>
<LineString><coordinates>-72.7,41.7 -72.6,41.8</coordinates></LineString></Placemark></Folder>
</Document></kml>
"""
