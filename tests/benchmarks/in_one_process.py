"""Run benchmarks with their smallest data: `python in_one_process.py SCRIPT ARGUMENTS [-- …]`.

Steps run in this process instead of their own, and one practice portal serves all of them: what is
tested is that they run, not how fast they are.
"""

from __future__ import annotations

import importlib.util
import io
import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, redirect_stdout
from functools import cache
from itertools import groupby
from pathlib import Path
from types import ModuleType
from typing import Any

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"

#: The modules that were run, by the paths of their files.
_modules: dict[Path, ModuleType] = {}


def main(arguments: list[str]) -> None:
    sys.path.insert(0, str(BENCHMARKS))
    words = (list(group) for is_end, group in groupby(arguments, "--".__eq__) if not is_end)
    push = _module(BENCHMARKS / "push.py")
    started = push.practice
    with ExitStack() as stack:

        @cache
        def portal() -> dict[str, Any]:
            return stack.enter_context(started())

        @contextmanager
        def practice() -> Iterator[dict[str, Any]]:
            yield portal() | {"dataset": push.made(portal())}

        for script, *options in words:
            sys.stdout.write(f"-- {script} {' '.join(options)}\n")
            _run(BENCHMARKS / script, options, {"practice": practice, "apart": _in_here})


def _run(path: Path, options: list[str], changed: Mapping[str, Any]) -> None:
    """Run the `main` of a benchmark with these options."""
    module = _module(path)
    if not hasattr(module, "main"):
        return  # imported by other modules
    for name, function in changed.items():
        if hasattr(module, name):
            setattr(module, name, function)
    before, sys.argv = sys.argv, [str(path), *options]
    try:
        module.main()
    except SystemExit as end:
        if end.code:
            raise
    finally:
        sys.argv = before


def _module(path: Path) -> ModuleType:
    if path not in _modules:
        spec = importlib.util.spec_from_file_location(path.stem, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[path.stem] = _modules[path] = module
        spec.loader.exec_module(module)
    return _modules[path]


def _in_here(
    script: str, *arguments: str, portal: Mapping[str, Any] | None = None
) -> dict[str, float]:
    """Do what `measuring.apart` does, in this process."""
    if portal is not None:
        os.environ |= {"BENCHMARK": json.dumps(portal), "REQUESTS_CA_BUNDLE": portal["ca"]}
    printed = io.StringIO()
    with redirect_stdout(printed):
        _run(Path(script), list(arguments), {})
    figures: dict[str, float] = json.loads(printed.getvalue())
    return figures


if __name__ == "__main__":
    main(sys.argv[1:])
