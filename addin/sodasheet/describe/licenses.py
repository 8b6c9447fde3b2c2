"""Licenses of datasets: the portal's ids, and their names."""

from __future__ import annotations

import re

from sodasheet.model.sheet_labels import LICENSES

_SIGNS = re.compile(r"[\W_]+")


def license_words(license_id: str) -> str:
    """Return the name of a license, or its id if the license is unknown."""
    return LICENSES.get(license_id, license_id)


def license_id(text: str) -> str:
    """Return the license id for a name or an id in any capitalization; anything else unchanged."""
    wanted = _plain(text)
    for known, words in LICENSES.items():
        if wanted in (_plain(words), _plain(known)):
            return known
    return text


def _plain(text: str) -> str:
    return _SIGNS.sub(" ", text).strip().casefold()
