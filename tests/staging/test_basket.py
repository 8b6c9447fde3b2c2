"""Every file of the basket takes a fast path, or reports which one was not used and why."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from sodasheet.model.loading_fallback import FastPath, Why
from sodasheet.model.method import Method
from sodasheet.model.progress import Progress, Silent
from sodasheet.sources import open_source
from sodasheet.sources.spool import Source, Spool
from sodasheet.staging.check.check import check
from sodasheet.staging.check.check_plan import CheckPlan
from sodasheet.staging.staged_table import Stage

SHAPES = Path(__file__).resolve().parents[2] / "benchmarks" / "shapes.py"

#: The shapes that have to be read with care.
CAREFUL = {"bookmixed": (FastPath.COLUMNS, Why.MIXED_CELLS)}

ROWS = 200


def _shapes() -> ModuleType:
    spec = importlib.util.spec_from_file_location("basket_shapes", SHAPES)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Dataclasses look their module up by name.
    sys.modules["basket_shapes"] = module
    spec.loader.exec_module(module)
    return module


ALL = {shape.name: shape for shape in _shapes().SHAPES}


class _WithCare:
    def __init__(self, source: Source) -> None:
        self.source, self.name = source, source.name

    def spool(self, folder: Path, progress: Progress, *, careful: bool = False) -> Spool:
        return self.source.spool(folder, progress, careful=True)


@pytest.mark.parametrize("name", ALL)
def test_a_shape_is_read_fast_and_as_with_care(name: str, tmp_path: Path) -> None:
    shape: Any = ALL[name]
    path = tmp_path / f"{name}{shape.suffix}"
    shape.write(path, shape.lines(ROWS))
    source = open_source(shape.spec(path), tmp_path)
    plan = CheckPlan(shape.dataset(), shape.mapping(), Method.UPSERT)

    with Stage.open(source, tmp_path, Silent()) as stage:
        found = list(stage.each("FROM source ORDER BY _row"))
        fallbacks = [(fallback.path, fallback.why) for fallback in stage.fallbacks]
        result = check(stage, plan)
    with Stage.open(_WithCare(source), tmp_path, Silent()) as stage:
        careful = list(stage.each("FROM source ORDER BY _row"))

    assert fallbacks == ([CAREFUL[name]] if name in CAREFUL else [])
    assert len(found) == ROWS
    assert found == careful
    assert result.rejected == (ROWS // 5 if shape.findings else 0)
