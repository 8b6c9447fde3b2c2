"""Fixtures that several test folders share."""

from __future__ import annotations

import gc
import logging
import os
import signal
import sys
from collections.abc import Generator, Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from sodasheet.credentials import redaction

sys.path.insert(0, str(Path(__file__).parent))

from list_long_tests import LIST, read_list
from stretches import Stretches

# A suite that was started in the background is told to ignore Ctrl-C, and so is every program that
# it starts: those that are to be ended by it would run for ever.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# A busy machine draws examples slowly and runs them slower; neither is a fault of the code.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")

#: Fixtures that start LibreOffice, a browser or a key store, which are late now and then on a busy
#: machine. Only their tests have a second try.
LATE_FIXTURES = {"calc", "chromium", "tools"}

#: Files whose tests start a program as Excel or a scheduler would, mount folders for it, ask for a
#: key store by name, or watch threads end, all of which may be late too.
LATE_FILES = {
    "commands/automate/test_schedule.py",
    "credentials/test_nowhere.py",
    "excel/scheduled/test_start_excel.py",
    "practice/test_connections.py",
    "unattended/test_time_limit.py",
}


def pytest_configure(config: pytest.Config) -> None:
    """Share the tests out among several workers."""
    config.pluginmanager.register(Stretches())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what `tests/run --quick` leaves out, and what may be run a second time.

    Tests that draw hundreds of examples, or start a program, are left out too. On Windows, tests of
    what does not exist there are skipped, each with its reason.
    """
    here = Path(__file__).parent
    long = read_list(LIST.read_text("utf-8"))
    for item in items:
        path = item.path.relative_to(here)
        drawn = getattr(getattr(item, "obj", None), "is_hypothesis_test", False)
        name = item.nodeid.partition("::")[2].partition("[")[0]
        late = LATE_FIXTURES.intersection(getattr(item, "fixturenames", ()))
        if drawn or late or path.parts[0] == "windows" or (path.as_posix(), name) in long:
            item.add_marker(pytest.mark.long)
        missing = item.get_closest_marker("not_on_windows")
        if missing is not None and sys.platform == "win32":
            item.add_marker(pytest.mark.skip(reason=f"not on Windows: {missing.args[0]}"))
        if (late or path.as_posix() in LATE_FILES) and not drawn:
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, object, object]:
    """Report a failure with Calc without the arguments of functions.

    To show an object of a Calc that has crashed ends the worker, and the test has no second try.
    """
    style = item.config.option.tbstyle
    if "calc" in getattr(item, "fixturenames", ()):
        item.config.option.tbstyle = "short"
    try:
        return (yield)
    finally:
        item.config.option.tbstyle = style


def pytest_collection_finish() -> None:
    """Exclude the thousands of collected tests from garbage collection."""
    gc.collect()
    gc.freeze()


SHARED_FIXTURES = Path(__file__).resolve().parents[2] / "shared" / "fixtures"


@pytest.fixture(scope="session")
def shared_fixtures() -> Path:
    """The folder with recorded portal replies and DataSync files next to the checkout."""
    folder = Path(os.environ.get("SODASHEET_FIXTURES", SHARED_FIXTURES))
    if not folder.is_dir():
        pytest.skip(f"recorded fixtures are not here: {folder} (set SODASHEET_FIXTURES)")
    return folder


@pytest.fixture(autouse=True)
def _as_a_process_of_its_own() -> Iterator[None]:
    """Remove all traces of a test in this process: variables, and secrets to be redacted."""
    variables, secrets = dict(os.environ), set(redaction._known)
    yield
    for name in os.environ.keys() - variables.keys():
        del os.environ[name]
    os.environ.update(variables)
    redaction._known.intersection_update(secrets)


@pytest.fixture(scope="session")
def addin_bytes() -> bytes:
    """Return the committed add-in."""
    return files("sodasheet.templates").joinpath("SodaSheet.xlam").read_bytes()


@pytest.fixture(scope="session")
def macros(addin_bytes: bytes) -> dict[str, str]:
    """Return each macro module's text by name, as olevba reads the committed add-in."""
    from oletools.olevba import VBA_Parser

    parser = VBA_Parser("SodaSheet.xlam", data=addin_bytes)
    found = {name: code for _, _, name, code in parser.extract_macros()}
    parser.close()
    return {name.rpartition(".")[0]: code for name, code in found.items()}


@pytest.fixture(autouse=True)
def _no_engine_error_is_swallowed() -> Iterator[None]:
    """Fail a test in which the database engine refused a fast path that any input may take."""
    refused: list[str] = []
    handler = logging.Handler(logging.ERROR)
    handler.emit = lambda record: refused.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("sodasheet.staging")
    logger.addHandler(handler)
    yield
    logger.removeHandler(handler)
    assert not refused, f"a fast path fell back: {refused}"
