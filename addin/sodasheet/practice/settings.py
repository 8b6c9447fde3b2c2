"""How the practice portal behaves as a whole; all of it can be changed while it runs."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Settings:
    """`task_seconds` is how long each step of a task set lasts beyond its work.

    Revisions of `approval_accounts` (roles) and on `approval_datasets` (ids) wait for a person.
    """

    task_seconds: float = 0.0
    approval_accounts: set[str] = field(default_factory=set)
    approval_datasets: set[str] = field(default_factory=set)
    chunk_size: int = 4_194_304
    chunk_parallelism: int = 4
