"""A bill of materials: the parts of a package for Windows, as CycloneDX 1.5."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sodasheet.installer.packages import embeddable_python
from sodasheet.installer.packages.installed_distributions import PackagePart, parts_in
from sodasheet.installer.packages.write_lock_files import SHIPPED, pins


def write_sbom(file: Path, site: Path, moment: int, version: str) -> None:
    """Write the bill of all packages in the folder `site`, and of Python."""
    hashes = {line.split("==")[0]: line.rpartition(":")[2] for line in pins(SHIPPED)}
    parts = [part for part in parts_in(site) if part.name != "sodasheet"]
    components = [_interpreter(), *(_component(part, hashes.get(part.name)) for part in parts)]
    serial = uuid5(NAMESPACE_URL, f"sodasheet {version} {moment} {json.dumps(components)}")
    body = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {
            "timestamp": f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%dT%H:%M:%SZ}",
            "component": {
                "type": "application",
                "bom-ref": "sodasheet",
                "name": "SodaSheet",
                "version": version,
                "licenses": [{"license": {"id": "MIT"}}],
            },
        },
        "components": components,
    }
    file.write_text(json.dumps(body, indent=1) + "\n", encoding="utf-8")


def _interpreter() -> dict[str, Any]:
    return {
        "type": "application",
        "bom-ref": "python",
        "name": "Python, embeddable package for 64-bit Windows",
        "version": embeddable_python.VERSION,
        "publisher": "Python Software Foundation",
        "licenses": [{"license": {"id": "PSF-2.0"}}],
        "cpe": f"cpe:2.3:a:python:python:{embeddable_python.VERSION}:*:*:*:*:*:*:*",
    }


def _component(part: PackagePart, sha256: str | None) -> dict[str, Any]:
    purl = f"pkg:pypi/{part.name}@{part.version}"
    body: dict[str, Any] = {
        "type": "library",
        "bom-ref": purl,
        "name": part.name,
        "version": part.version,
        "purl": purl,
    }
    if part.license:
        body["licenses"] = [{"license": {"name": part.license}}]
    if sha256:
        body["hashes"] = [{"alg": "SHA-256", "content": sha256}]
    return body
