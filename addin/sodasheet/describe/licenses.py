"""Licenses of datasets: ids of the portal, and their words for people."""

from __future__ import annotations

import re

from sodasheet.model.sheet_labels import LICENSES

_SIGNS = re.compile(r"[\W_]+")


def license_words(license_id: str) -> str:
    """Return the words for a license, or its id if that is unknown."""
    return LICENSES.get(license_id, license_id)


def license_id(text: str) -> str:
    """Return the id that a text means: the words or the id, in any capitals; others as they are."""
    wanted = _plain(text)
    for known, words in LICENSES.items():
        if wanted in (_plain(words), _plain(known)):
            return known
    return text


def _plain(text: str) -> str:
    return _SIGNS.sub(" ", text).strip().casefold()
