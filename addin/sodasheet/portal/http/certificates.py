"""Trust: the root certificates for checking portals and mail servers."""

from __future__ import annotations

import os
import ssl
from collections.abc import Mapping

import truststore

from sodasheet.errors import UsageProblem

#: Files that replace the operating system's trusted certificates, as supported by other tools.
_BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")


def trust(environ: Mapping[str, str] = os.environ) -> ssl.SSLContext:
    """Return the trusted certificates: the operating system's store, or the file named in the
    environment. TLS 1.2 at least. Raises UsageProblem if that file cannot be read.
    """
    name = next((name for name in _BUNDLES if environ.get(name)), None)
    context = (
        truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if name is None
        else _from_file(name, environ[name])
    )
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _from_file(name: str, path: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        where = "capath" if os.path.isdir(path) else "cafile"  # noqa: PTH112 - as OpenSSL reads it
        context.load_verify_locations(**{where: path})
    except OSError as error:
        raise UsageProblem(
            f'{name} names "{path}", which cannot be read as certificates.',
            f"Correct {name} or remove it to use the certificates of this computer.",
        ) from error
    return context
