"""The wheels that the packages for Windows carry."""

from __future__ import annotations

import re

from packaging.requirements import Requirement

from sodasheet.installer.packages import write_lock_files

WINDOWS = {"platform_machine": "AMD64", "sys_platform": "win32", "platform_system": "Windows"}


def test_every_dependency_is_locked_in_a_version_that_it_allows():
    locked = dict(
        line.split()[0].split("==") for line in write_lock_files.pins(write_lock_files.SHIPPED)
    )
    for line in write_lock_files.dependencies().splitlines():
        wanted = Requirement(line)
        if wanted.marker is None or wanted.marker.evaluate(WINDOWS):
            version = locked.get(write_lock_files.canonical(wanted.name))
            assert version is not None, f"{wanted.name}: write the lock files again"
            assert wanted.specifier.contains(version), f"{wanted}: locked is {version}"


def test_every_line_has_a_hash():
    for file in (write_lock_files.SHIPPED, write_lock_files.TESTED):
        for line in write_lock_files.pins(file):
            assert re.fullmatch(r"[a-z0-9-]+==\S+ --hash=sha256:[0-9a-f]{64}", line), line
