"""Requests, time and memory of the profile of a large dataset on a practice portal.

    python benchmarks/comparison/profile_requests.py [--rows 1000000]

The rows are pushed first, which takes minutes. Then the dataset is profiled in a process of its
own, and once more with the profile that is stored then.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import data
import push
from measuring import Figures, apart, measured, told_portal
from stage import file_of

#: More requests than this are a failure.
MOST = 20


def main() -> None:
    """Push the rows, then profile the dataset twice."""
    options = _options()
    if options.step:
        portal = told_portal()
        print(json.dumps(measured(lambda: _profiled(portal))))
        return
    rows = ("--rows", str(options.rows))
    file_of(options.rows)
    print(f"{options.rows:,} rows x {len(data.HEADERS)}")
    print(f"{'profile':24}{'wall s':>8}{'CPU s':>8}{'peak MB':>9}{'requests':>9}", flush=True)
    with push.practice() as portal, tempfile.TemporaryDirectory() as home:
        apart(push.__file__, *rows, "--step", "replace", portal=portal)
        for words in ("made", "stored before"):
            work = partial(apart, __file__, "--step", "profile", portal=portal | {"home": home})
            found = push.counted(portal, work)
            print(
                f"{words:24}{found['wall']:8.1f}{found['cpu']:8.1f}{found['peak']:9.0f}"
                f"{found['requests']:9.0f}",
                flush=True,
            )
            assert found["rows"] == options.rows, found
            assert found["requests"] <= MOST, found


def _profiled(portal: dict[str, Any]) -> Figures:
    os.environ["SODASHEET_HOME"] = portal["home"]
    from sodasheet.model.credentials import Credentials
    from sodasheet.model.progress import Silent
    from sodasheet.portal.dataset import read_dataset
    from sodasheet.portal.http.session import PortalSession
    from sodasheet.quality.dataset_profile import DatasetProfiles
    from sodasheet.staging.staged_table import Stage

    session = PortalSession(portal["url"], Credentials(*portal["key"]))
    dataset = read_dataset(session, portal["dataset"])
    with (
        tempfile.TemporaryDirectory() as folder,
        Stage.bare(dataset.name, len(dataset.columns), Path(folder), Silent()) as stage,
    ):
        profile = DatasetProfiles.here().of(session, dataset, stage)
    assert profile is not None
    return {"rows": profile.rows}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--step", default="", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
