"""The practice portal: a small Socrata portal on loopback, written from its wire contract.

`PracticePortal` starts and stops one; `serve` runs one until interrupted. The rooms inside: `web`
(endpoints and pages), `publishing` (revisions, uploads, schemas), `transforms` (their expressions),
`faults` (what can be made to go wrong), `soql` (queries), `storage` (SQLite), `types` (data types),
`seeds` (what it holds at first). What rests on a guess is listed in docs/how-to/practice-portal.md.
"""

from socrata_practice.accounts import Account, new_accounts
from socrata_practice.certificates import CertificatesMissingError
from socrata_practice.faults.fault import Fault, FaultError, read_fault
from socrata_practice.faults.request_record import SeenRequest
from socrata_practice.running_portal import DatasetName, PracticePortal, serve
from socrata_practice.settings import SettingError, Settings, read_setting

__all__ = [
    "Account",
    "CertificatesMissingError",
    "DatasetName",
    "Fault",
    "FaultError",
    "PracticePortal",
    "SeenRequest",
    "SettingError",
    "Settings",
    "new_accounts",
    "read_fault",
    "read_setting",
    "serve",
]
