"""Certificates for https on loopback, signed by an authority made for the purpose."""

from __future__ import annotations

import ssl
from pathlib import Path

_NAMES = ("127.0.0.1", "localhost")
_FILE = "practice-ca.pem"


class CertificatesMissingError(Exception):
    """The package that makes certificates is not installed."""


def certified(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """Return a new authority's certificate, stored in the folder, and a server context.

    Raises CertificatesMissingError if trustme is not installed.
    """
    try:
        import trustme
    except ImportError as error:
        raise CertificatesMissingError from error
    authority = trustme.CA(organization_name="Practice portal")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    authority.issue_cert(*_NAMES).configure_cert(context)
    path = folder / _FILE
    authority.cert_pem.write_to_path(str(path))
    return path, context
