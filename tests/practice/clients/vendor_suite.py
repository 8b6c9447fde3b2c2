"""Run the tests of a checkout of socrata-py, unmodified, against a practice portal over TLS.

Usage: python tests/practice/clients/vendor_suite.py CHECKOUT [pytest arguments]
"""

from __future__ import annotations

import os
import subprocess
import sys

from socrata_practice import PracticePortal


def main(checkout: str, arguments: list[str]) -> int:
    """Run the vendor's tests; return their exit code."""
    with PracticePortal(tls=True) as portal:
        account = portal.account("owner")
        environment = os.environ | {
            "REQUESTS_CA_BUNDLE": str(portal.ca),
            "SOCRATA_DOMAIN": portal.url.removeprefix("https://"),
            "SOCRATA_USERNAME": account.key_id,
            "SOCRATA_PASSWORD": account.key_secret,
        }
        command = [sys.executable, "-m", "pytest", "-q", "test", *arguments]
        return subprocess.run(command, cwd=checkout, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
