"""Starting and stopping a practice portal: in a test, a demo, on the command line."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from socrata_practice.accounts import Account, new_accounts
from socrata_practice.faults.active_faults import Faults
from socrata_practice.faults.fault import Fault
from socrata_practice.faults.request_record import SeenRequest
from socrata_practice.settings import Settings

if TYPE_CHECKING:
    import ssl

    from socrata_practice.web.http.threaded_server import PortalServer

HOST = "127.0.0.1"
_FILE = "practice-portal.sqlite3"
_UPLOADS = "uploads"


@dataclass(frozen=True)
class DatasetName:
    """One asset of the portal."""

    id: str
    name: str


class PracticePortal:
    """A portal on loopback: `start`, use `url` and `accounts`, `stop`; or a `with` block.

    `data` is a folder to keep everything in; without it a temporary one is used, gone on stop.
    `accounts` replaces the accounts made up at random; `ssl_context` makes it speak https, and
    `tls` has it make certificates itself, `ca` then being the authority's PEM file. `settings` and
    `inject` say how it behaves.
    """

    def __init__(
        self,
        data: Path | None = None,
        accounts: Sequence[Account] | None = None,
        ssl_context: ssl.SSLContext | None = None,
        tls: bool = False,
    ) -> None:
        self.accounts = tuple(accounts) if accounts is not None else new_accounts()
        self.settings = Settings()
        self.ca: Path | None = None
        self._faults = Faults()
        self._tls = tls
        self._data = data
        self._ssl_context = ssl_context
        self._temporary: Path | None = None
        self._server: PortalServer | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> PracticePortal:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self, port: int = 0) -> PracticePortal:
        """Listen on loopback, on `port` or any free port; raises OSError if the port is taken."""
        from socrata_practice.certificates import certified
        from socrata_practice.publishing.end_interrupted_work import recover
        from socrata_practice.publishing.shared_resources import Context
        from socrata_practice.web.access import Site
        from socrata_practice.web.app import create_app
        from socrata_practice.web.http.threaded_server import listen

        if self._server is not None:
            raise RuntimeError("This practice portal is already running")
        with ExitStack() as undo:
            undo.callback(self._forget)
            database = self._database()
            undo.callback(database.close)
            context = Context(database, database.path.parent / _UPLOADS, self.settings)
            recover(context)
            self._site = Site(database, self.accounts, context, self._faults)
            if self._tls:
                self.ca, self._ssl_context = certified(database.path.parent)
            self._server = listen(
                create_app(self._site),
                (HOST, port),
                self._ssl_context,
                lambda: self.settings.keep_alive,
            )
            undo.pop_all()
        self._thread = threading.Thread(target=self._server.serve, daemon=True)
        self._thread.start()
        return self

    def _database(self) -> Any:
        from socrata_practice.seed_datasets import plant
        from socrata_practice.storage import asset_store
        from socrata_practice.storage.database import Database, transaction

        if self._data is None:
            self._temporary = Path(tempfile.mkdtemp(prefix="practice-portal-"))
        folder = self._data or self._temporary
        assert folder is not None  # noqa: S101
        folder.mkdir(parents=True, exist_ok=True)
        database = Database(folder / _FILE)
        connection = database.connect()
        with transaction(connection):
            if not asset_store.every(connection):
                plant(connection, self.accounts[0].user_id)
        connection.close()
        return database

    def stop(self) -> None:
        """Stop listening, end all connections, and remove temporary files.

        Stopping twice does no harm.
        """
        if self._server is not None:
            from socrata_practice.web.http.threaded_server import join

            self._server.shutdown()
            self._server.server_close()
            answering = self._server.cut_connections()
            self._server = None
            self._site.publishing.workers.stop()
            join(answering)
            self._site.database.close()
        if self._thread is not None:
            self._thread.join(timeout=10)
            self._thread = None
        self._forget()

    def _forget(self) -> None:
        if self._temporary is not None:
            shutil.rmtree(self._temporary, ignore_errors=True)
            self._temporary = None

    @property
    def port(self) -> int:
        """The port that the portal listens on."""
        if self._server is None:
            raise RuntimeError("This practice portal is not running")
        return int(self._server.port)

    @property
    def url(self) -> str:
        """The address of the portal, without a slash at the end."""
        scheme = "http" if self._ssl_context is None else "https"
        return f"{scheme}://{HOST}:{self.port}"

    @property
    def datasets(self) -> list[DatasetName]:
        """Every asset of the portal, by name."""
        from socrata_practice.storage import asset_store

        with self._site.publishing.connection() as connection:
            return [DatasetName(found.id, found.name) for found in asset_store.every(connection)]

    def account(self, role: str) -> Account:
        """Return the account of a role: owner, publisher, editor, viewer or sso."""
        return next(found for found in self.accounts if found.role == role)

    def inject(
        self,
        kind: str,
        *,
        method: str = "*",
        path: str = "*",
        nth: int = 1,
        count: int | None = 1,
        **options: Any,
    ) -> Fault:
        """Activate a fault, as POST /practice/faults does; raises FaultError."""
        match = {"method": method, "path": path, "nth": nth, "count": count}
        return self.inject_fault(Fault.of(match, {"kind": kind} | options))

    def inject_fault(self, fault: Fault) -> Fault:
        """Activate a fault that was made elsewhere (`read_fault`)."""
        return self._faults.inject(fault)

    def clear_faults(self) -> None:
        """Deactivate all faults, restore withdrawn rights, and resume waiting requests."""
        self._faults.clear()
        if self._server is not None:
            self._site.restore_rights()

    @property
    def faults(self) -> list[Fault]:
        """The active faults; `fired` counts the requests each has struck."""
        return self._faults.listed()

    @property
    def requests_seen(self) -> list[SeenRequest]:
        """The requests received, except requests to /practice."""
        return self._faults.requests.requests()

    @property
    def connections_seen(self) -> int:
        """The number of connections on which the requests arrived."""
        return len({one.connection for one in self.requests_seen})

    def forget_requests(self) -> None:
        """Clear the record of requests."""
        self._faults.requests.forget()

    def replicate(self) -> None:
        """Make all writes visible to readers, regardless of the lag."""
        from socrata_practice.storage import replication_lag
        from socrata_practice.storage.database import transaction

        with self._site.publishing.connection() as connection, transaction(connection):
            replication_lag.replicate(connection)

    def ready(self) -> dict[str, Any]:
        """Return address, accounts and datasets as one JSON-ready object, key secrets included."""
        return {
            "url": self.url,
            "ca": None if self.ca is None else str(self.ca),
            "accounts": [
                {"key_id": one.key_id, "key_secret": one.key_secret, "role": one.role}
                for one in self.accounts
            ],
            "datasets": [{"id": one.id, "name": one.name} for one in self.datasets],
        }


def serve(portal: PracticePortal, port: int = 0, as_json: bool = False) -> None:
    """Run a portal until interrupted (Ctrl-C), announcing its address on standard output.

    `as_json` says it as one line of JSON. Raises OSError if the port is taken or the folder
    cannot be written, CertificatesMissingError if it has to make certificates and cannot.
    """
    try:
        ready = portal.start(port).ready()
        sys.stdout.write(json.dumps(ready) + "\n" if as_json else _announcement(ready))
        sys.stdout.flush()
        while True:  # on Windows, Ctrl-C cannot interrupt an endless wait
            time.sleep(1)
    except KeyboardInterrupt:
        return
    finally:
        portal.stop()


def _announcement(ready: dict[str, Any]) -> str:
    """Return the start message for the user, one fact per line."""
    lines = [f"The practice portal is at {ready['url']} until you press Ctrl-C."]
    if ready["ca"] is not None:
        lines += [
            f"Its certificate is vouched for by {ready['ca']}",
            "Before you use it, set REQUESTS_CA_BUNDLE to that file, and write the https:// too.",
        ]
    lines += [
        "Where no credential store can keep a key, set SODASHEET_KEY_ID and SODASHEET_KEY_SECRET.",
        "",
        "Accounts:",
    ]
    lines += [
        f"  {one['role']}: key id {one['key_id']}, key secret {one['key_secret']}"
        for one in ready["accounts"]
    ]
    lines += ["", "Datasets:"]
    lines += [f"  {one['name']}: {ready['url']}/d/{one['id']}" for one in ready["datasets"]]
    return "\n".join(lines) + "\n"
