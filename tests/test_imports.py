"""Imports go downwards only, at every level (the table in docs/explanation/architecture.md)."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from sodasheet.excel.ribbon import BUTTONS

ROOT = Path(__file__).parents[1]
ADDIN = ROOT / "addin"
MOST_MODULES = 20

#: Packages that contain nothing but files, and modules that only start a process.
NOT_ROOMS = {"__init__", "__main__", "templates", "vba"}

#: Libraries that change the world outside, or cost much to load, and the rooms that may name them.
EDGES = {
    "xlwings": {"excel"},
    "requests": {"portal"},
    "urllib3": {"portal"},
    "keyring": {"credentials"},
    "smtplib": {"notifications"},
    "duckdb": {"staging", "push", "quality"},
    "python_calamine": {"sources", "socrata_practice"},
    "fastexcel": {"sources"},
    "xlsxwriter": {"office"},
    "pyopenvba": {"office"},
    "flask": {"desk", "socrata_practice"},
    "waitress": {"desk"},
    "sqlglot": {"socrata_practice"},
}


@cache
def modules() -> dict[str, Path]:
    """Return every module under addin/, by its dotted name; a package stands for its __init__."""
    paths = {
        ".".join(path.relative_to(ADDIN).with_suffix("").parts): path
        for package in ("sodasheet", "socrata_practice", "socrata_contract")
        for path in (ADDIN / package).rglob("*.py")
    }
    return {name.removesuffix(".__init__"): path for name, path in paths.items()}


@cache
def named(path: Path) -> tuple[str, ...]:
    """Return all names that a file imports, also inside functions and for type checking only."""
    return tuple(_names(ast.parse(path.read_text("utf-8"))))


def _names(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            dots = "." * node.level  # only tests import from beside themselves
            yield from (f"{dots}{node.module}.{alias.name}" for alias in node.names)


@cache
def imports() -> dict[str, set[str]]:
    """Return the modules of ours that each module imports."""
    return {
        module: {found for name in named(path) if (found := _module(name))} - {module}
        for module, path in modules().items()
    }


def _module(name: str) -> str | None:
    """Return the module that an imported name is, or is defined in; None if not ours."""
    if name in modules():
        return name
    parent = name.rpartition(".")[0]
    return parent if parent in modules() else None


def room_of(module: str) -> str:
    """Return the room of a module; a package beside sodasheet is one room."""
    package, _, rest = module.partition(".")
    return package if package != "sodasheet" or not rest else rest.split(".")[0]


@cache
def table() -> dict[str, str]:
    """Return what each room may import, in the order of the table."""
    page = (ROOT / "docs" / "explanation" / "architecture.md").read_text("utf-8")
    rows = re.findall(r"^\| (`[^|]+) \| [^|]+ \| ([^|]+) \|$", page, re.MULTILINE)
    rooms = ((name, allowed) for names, allowed in rows for name in re.findall(r"`(\w+)", names))
    return {name: allowed.strip() for name, allowed in rooms}


def allowed(room: str) -> set[str]:
    """Return the rooms that a room may import, from its row in the table."""
    order = list(table())
    stated = re.sub(r"\([^)]*\)", "", table()[room])
    if stated == "all":
        return set(order)
    above = set(order[: order.index(room)]) if "all above" in stated else set()
    return above | (set(re.findall(r"\w+", stated)) & set(order))


def rooms() -> set[str]:
    """Return the rooms that exist."""
    return {room_of(module) for module in modules() if module != "sodasheet"} - NOT_ROOMS


# --- rooms ---------------------------------------------------------------------------------------


def test_the_table_has_every_room_and_no_other() -> None:
    assert set(table()) == rooms()


@pytest.mark.parametrize("room", sorted(table()))
def test_a_room_imports_only_what_the_table_allows(room: str) -> None:
    wrong = [
        f"{module} imports {other}"
        for module, others in imports().items()
        if room_of(module) == room
        for other in others
        if room_of(other) not in allowed(room) | {room, "sodasheet"}
    ]

    assert wrong == []


@pytest.mark.parametrize("library", sorted(EDGES))
def test_a_library_is_named_in_its_own_room_only(library: str) -> None:
    naming = {
        room_of(module)
        for module, path in modules().items()
        for name in named(path)
        if name.split(".")[0] == library
    }

    assert naming == EDGES[library]


def test_benchmarks_and_pages_import_what_exists() -> None:
    """No other test imports these files, so a name that moves would be missed."""
    paths = [path for top in ("benchmarks", "docs") for path in (ROOT / top).rglob("*.py")]
    found = [
        (path.relative_to(ROOT), name)
        for path in paths
        for name in named(path)
        if name.split(".")[0] in {"sodasheet", "socrata_practice", "socrata_contract"}
    ]

    assert len(found) > 100
    assert [one for one in found if one[1] not in modules() and not defined(one[1])] == []


def defined(name: str) -> bool:
    """Return if a module of ours defines or imports this dotted name."""
    module, _, wanted = name.rpartition(".")
    if module not in modules():
        return False
    return wanted in names_in(ast.parse(modules()[module].read_text("utf-8")).body)


def names_in(body: list[ast.stmt]) -> set[str]:
    """Return the names that statements of a module define or import."""
    found: set[str] = set()
    for node in body:
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                found |= {alias.asname or alias.name for alias in aliases}
            case ast.Assign(targets=targets):
                found |= {one.id for one in targets if isinstance(one, ast.Name)}
            case ast.AnnAssign(target=ast.Name(id=name)):
                found.add(name)
            case ast.If() | ast.Try():
                found |= names_in(node.body) | names_in(node.orelse)
                for handler in getattr(node, "handlers", ()):
                    found |= names_in(handler.body)
    return found


# --- the practice portal --------------------------------------------------------------------------


def test_the_practice_portal_imports_nothing_of_the_client() -> None:
    wrong = [
        f"{module} imports {name}"
        for module, path in modules().items()
        if module.split(".")[0] == "socrata_practice"
        for name in named(path)
        if name.split(".")[0] == "sodasheet"
    ]

    assert wrong == []


def test_only_the_front_door_of_the_practice_portal_is_imported() -> None:
    """The client, and all other tests, use only the portal's public side."""
    outside = [path for name, path in modules().items() if name.split(".")[0] == "sodasheet"]
    outside += [
        path
        for folder in (ROOT / "tests").iterdir()
        if folder not in (ROOT / "tests" / "practice", Path(__file__))
        for path in ([folder] if folder.suffix == ".py" else folder.rglob("*.py"))
    ]
    outside += list((ROOT / "benchmarks").rglob("*.py"))
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in outside
        for name in named(path)
        if name.split(".")[0] == "socrata_practice"
        and name not in {f"socrata_practice.{offered}" for offered in front_door()}
    ]

    assert outside
    assert wrong == []


def front_door() -> set[str]:
    """Return the names that the practice portal offers."""
    import socrata_practice

    return set(socrata_practice.__all__)


# --- levels --------------------------------------------------------------------------------------


def circles(graph: dict[str, set[str]]) -> list[set[str]]:
    """Return the groups of nodes that can all be reached from each other (Tarjan)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[set[str]] = []

    def visit(node: str) -> None:
        index[node] = low[node] = len(index)
        stack.append(node)
        for other in graph.get(node, set()):
            if other not in index:
                visit(other)
            if other in stack:
                low[node] = min(low[node], low[other])
        if low[node] == index[node]:
            group = set()
            while node not in group:
                group.add(stack.pop())
            if len(group) > 1:
                found.append(group)

    for node in graph:
        if node not in index:
            visit(node)
    return found


def members(package: str) -> dict[str, set[str]]:
    """Return which direct members (modules, sub-packages) of a package import which others."""
    graph: dict[str, set[str]] = defaultdict(set)
    for module, others in imports().items():
        for other in others:
            if module.startswith(f"{package}.") and other.startswith(f"{package}."):
                here, there = (name[len(package) + 1 :].split(".")[0] for name in (module, other))
                if here != there:
                    graph[here].add(there)
    return dict(graph)


def test_no_members_of_a_package_import_each_other_in_a_circle() -> None:
    packages = [name for name, path in modules().items() if path.name == "__init__.py"]
    found = {
        (package, " ".join(sorted(group)))
        for package in packages
        for group in circles(members(package))
    }

    assert found == set()


def test_circles_are_found() -> None:
    graph = {"a": {"b"}, "b": {"c"}, "c": {"a", "d"}, "d": set(), "e": {"d"}}

    assert circles(graph) == [{"a", "b", "c"}]
    assert circles({"a": {"b"}, "b": {"c"}, "d": {"a"}}) == []


def test_no_folder_holds_too_many_modules() -> None:
    counts: dict[str, int] = defaultdict(int)
    for top in (ADDIN, ROOT / "tests", ROOT / "benchmarks"):
        for path in top.rglob("*.py"):
            if path.name != "__init__.py":
                counts[str(path.parent.relative_to(ROOT))] += 1

    assert {folder for folder, count in counts.items() if count > MOST_MODULES} == set()


# --- cost ----------------------------------------------------------------------------------------


def test_pressing_a_button_loads_nothing_heavy() -> None:
    heavy = "{'duckdb', 'requests', 'tkinter', 'flask', 'keyring', 'sqlglot', 'xlsxwriter'}"
    code = f"import sys, sodasheet.excel.ribbon; print(sorted({heavy} & {{*sys.modules}}))"

    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert said.stdout.strip() == "[]"


def test_no_button_loads_what_only_another_button_needs() -> None:
    """The modules shared by all buttons import only what most buttons need."""
    rooms = ("matching.suggest_mapping", "quality.dataset_profile", "staging.staged_table")
    rooms += ("staging.check.check", "push.guards", "sources.workbook.source", "excel.live.source")
    rooms += ("excel.spool_live_sheet", "excel.actions.match_columns", "sources.header_row")
    libraries = {"duckdb", "requests", "rapidfuzz", "stdnum", "xlsxwriter", "python_calamine"}
    heavy = libraries | {f"sodasheet.{room}" for room in rooms}
    groups = sorted({module for module, _ in BUTTONS.values()})
    loads = "; ".join(f"import sodasheet.excel.ribbon_groups.{group}" for group in groups)
    code = f"import sys; {loads}; print(sorted({heavy} & {{*sys.modules}}))"

    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert heavy & {*modules()} == {f"sodasheet.{room}" for room in rooms}
    assert said.stdout.strip() == "[]"


def test_finding_a_run_to_undo_does_not_load_what_works_the_undo_out() -> None:
    heavy = ("duckdb", "requests", "sodasheet.quality", "sodasheet.staging.check.check")
    code = (
        "import sys, sodasheet.push.undo.undoable_run, sodasheet.staging.restore.sent_rows;"
        f"print([name for name in sys.modules if name.startswith({heavy})])"
    )

    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert said.stdout.strip() == "[]"


def test_an_unchanged_file_is_found_out_without_loading_what_reads_rows() -> None:
    rooms = ("sources", "quality", "matching", "staging.load", "staging.output", "staging.types")
    heavy = ("duckdb", *(f"sodasheet.{room}" for room in rooms))
    found = f"[name for name in sys.modules if name.startswith({heavy})]"
    code = f"import sys, sodasheet.push.run; print({found})"

    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert said.stdout.strip() == "[]"
