"""Peers: what people would use instead on the same file, and the lower bounds.

    python benchmarks/peers.py [--rows 1000000]

The bare requests go to a server over TLS on loopback that reads and discards; sodapy and
socrata-py talk to the practice portal. CPU seconds are the client's alone.
"""

from __future__ import annotations

import argparse
import csv
import json
import socketserver
import ssl
import subprocess
import sys
import tempfile
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import data
from changes import sodapy_upserts
from measuring import Figures, apart, measured, told_portal
from push import counted, made, practice, socrata_py_uploads
from stage import file_of

PIECE = 1_000_000

#: The steps that talk to the practice portal.
PEERS = ("sodapy", "socrata-py")

STEPS = {
    "post": "bare streaming POST of the file",
    "packed": "the same through zlib level 1",
    "gzip": "gzip -1 of the file",
    "reader": "csv.reader reads the file",
    "socrata-py": "socrata-py uploads the file, unchecked",
    "sodapy": "sodapy upserts, 10,000 dicts at a time",
}


def main() -> None:
    options = _options()
    path = file_of(options.rows)
    if options.step:
        portal = told_portal()
        print(json.dumps(measured(lambda: {"sent": step_of(options.step, path, portal)})))
        return
    print(f"{options.rows:,} rows x {len(data.HEADERS)}, {path.stat().st_size / 1e6:.0f} MB, TLS")
    print(f"{'':46}{'wall s':>8}{'CPU s':>8}{'peak MB':>9}{'sent MB':>9}"
          f"{'requests':>9}{'connections':>12}")  # fmt: skip
    with practice() as portal, discarding() as target:
        for step, words in STEPS.items():
            result = _figures(step, options.rows, portal, target)
            known = (
                f"{result['requests']:9.0f}{result['connections']:12.0f}" if step in PEERS else ""
            )
            print(
                f"{words:46}{result['wall']:8.2f}{result['cpu']:8.2f}{result['peak']:9.0f}"
                f"{result['sent'] / 1e6:9.1f}{known}",
                flush=True,
            )


def _figures(step: str, rows: int, portal: dict[str, Any], target: dict[str, Any]) -> Figures:
    """The figures of one step; only the practice portal counts requests and connections."""
    arguments = (__file__, "--rows", str(rows), "--step", step)
    if step not in PEERS:
        return apart(*arguments, portal=target)
    told = portal | {"dataset": made(portal)}
    return counted(portal, lambda: apart(*arguments, portal=told))


def step_of(step: str, path: Path, portal: dict[str, Any]) -> int:
    """Run a step; return the bytes sent."""
    if step == "sodapy":
        return sodapy_upserts(path, portal)[0]
    if step == "socrata-py":
        return socrata_py_uploads(path, portal)
    if step == "reader":
        with path.open(encoding="utf-8", newline="") as file:
            sum(1 for _ in csv.reader(file))
        return 0
    if step == "gzip":
        command = ["gzip", "-1", "-c", str(path)]
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        return 0
    return _post(path, portal, packed=step == "packed")


def _post(path: Path, portal: dict[str, Any], *, packed: bool) -> int:
    import requests

    sent = 0

    def pieces() -> Iterator[bytes]:
        nonlocal sent
        packer = zlib.compressobj(1, wbits=31)
        with path.open("rb") as file:
            while block := file.read(PIECE):
                block = packer.compress(block) if packed else block
                sent += len(block)
                if block:
                    yield block
        if packed:
            rest = packer.flush()
            sent += len(rest)
            yield rest

    requests.post(portal["url"], data=pieces(), verify=portal["ca"], timeout=600).raise_for_status()
    return sent


class _Discarding(BaseHTTPRequestHandler):
    """Reads a chunked body and discards the data."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        while size := int(self.rfile.readline(), 16):
            left = size
            while left:
                left -= len(self.rfile.read(min(left, 65_536)))
            self.rfile.readline()
        self.rfile.readline()
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        return


@contextmanager
def discarding() -> Iterator[dict[str, Any]]:
    """A server over TLS that discards everything received, in the process of the table."""
    import trustme

    authority = trustme.CA()
    with tempfile.TemporaryDirectory() as folder:
        trusted = Path(folder) / "ca.pem"
        authority.cert_pem.write_to_path(str(trusted))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
        with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Discarding) as server:
            server.socket = context.wrap_socket(server.socket, server_side=True)
            threading.Thread(target=server.serve_forever, daemon=True).start()
            yield {"url": f"https://127.0.0.1:{server.server_address[1]}/", "ca": str(trusted)}
            server.shutdown()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--step", choices=list(STEPS), help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
