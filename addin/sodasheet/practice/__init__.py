"""The practice portal: a small Socrata portal on loopback, written from its wire contract.

`PracticePortal` starts and stops one; `serve` runs one until interrupted. The rooms inside: `web`
(endpoints and pages), `soql` (queries), `storage` (SQLite), `types` (data types), `seeds` (what it
holds at first). What rests on a guess is listed in docs/practice-portal.md.
"""

from sodasheet.practice.accounts import Account
from sodasheet.practice.portal import DatasetName, PracticePortal, serve

__all__ = ["Account", "DatasetName", "PracticePortal", "serve"]
