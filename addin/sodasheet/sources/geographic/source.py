"""Source for GeoJSON, KML, KMZ and shapefiles: features become rows of a spool."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sodasheet.errors import SourceError
from sodasheet.model.job import SourceSpec
from sodasheet.model.progress import Progress
from sodasheet.sources.geographic.feature import Feature
from sodasheet.sources.headers import name_headers
from sodasheet.sources.source_file import Stamp, file_errors
from sodasheet.sources.spool import Spool
from sodasheet.sources.spool_writer import SpoolWriter
from sodasheet.system.checksum import sha256_of
from sodasheet.wording import first_listed

#: Header of the column with the shapes, as portals name it.
SHAPE = "the_geom"


def layers_of(path: Path, progress: Progress) -> tuple[str, ...]:
    """Return the layers of a file; a GeoJSON file is one layer. Raises SourceError, Cancelled."""
    from sodasheet.sources.geographic.kml import kml_layers
    from sodasheet.sources.geographic.shapefile_reader import shapefile_layers

    suffix = path.suffix.lower()
    with file_errors(path):
        if suffix == ".geojson":
            return (path.stem,)
        return kml_layers(path, progress) if suffix.startswith(".km") else shapefile_layers(path)


@dataclass(frozen=True, slots=True)
class GeographicSource:
    """A layer of a geographic file; the spec's sheet names the layer if there are several."""

    path: Path
    spec: SourceSpec

    @property
    def name(self) -> str:
        """Name of the file without its folders."""
        return self.path.name

    def spool(self, folder: Path, progress: Progress, *, careful: bool = False) -> Spool:  # noqa: ARG002
        """Write a row for each feature: number, properties, shape. Raises SourceError, Cancelled.

        The names of the properties are known at the end only, so the features are read twice.
        """
        with file_errors(self.path):
            stamp = Stamp.of(self.path)
            layer = self._layer(progress)
            progress.begin(f"Looking through {self.name}", stamp.size)
            names: dict[str, None] = {}
            for feature in self._features(layer, folder, progress):
                names.update(dict.fromkeys(feature.properties))
            shape = SHAPE if SHAPE not in names else f"{SHAPE} (2)"
            progress.begin(f"Reading {self.name}", stamp.size)
            with SpoolWriter(folder, self.path) as writer:
                for number, one in enumerate(self._features(layer, folder, progress), start=1):
                    writer.add(
                        [number, *(one.properties.get(name, "") for name in names), one.shape]
                    )
            digest = sha256_of(self.path)
            stamp.confirm(self.path)
        headers, notes = name_headers([*names, shape], None)
        return Spool(
            path=writer.path,
            headers=headers,
            sha256=digest,
            first_row=1,
            rows=writer.rows,
            faults=writer.fault_file,
            findings=notes,
            leave_out=self.spec.leave_out,
        )

    def _layer(self, progress: Progress) -> str:
        """Return the layer to read. Raises SourceError for an unknown or ambiguous layer."""
        found = layers_of(self.path, progress)
        layers = first_listed(found, 20)
        if self.spec.sheet and found:
            if self.spec.sheet not in found:
                raise SourceError(
                    f'{self.name} has no layer "{self.spec.sheet}".', f"It has {layers}."
                )
            return self.spec.sheet
        if len(found) > 1:
            raise SourceError(
                f"{self.name} has {len(found)} layers: {layers}.",
                "Choose one of them, as you would choose a sheet of a workbook.",
            )
        if not found:
            raise SourceError(f"{self.name} has no features.", "Choose a file with features.")
        return found[0]

    def _features(self, layer: str, folder: Path, progress: Progress) -> Iterator[Feature]:
        from sodasheet.sources.geographic.geojson import geojson_features
        from sodasheet.sources.geographic.kml import kml_features
        from sodasheet.sources.geographic.shapefile_reader import shapefile_features

        suffix = self.path.suffix.lower()
        if suffix == ".geojson":
            return geojson_features(self.path, progress)
        if suffix.startswith(".km"):
            return kml_features(self.path, layer, progress)
        return shapefile_features(self.path, layer, folder, progress)
