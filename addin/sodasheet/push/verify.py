"""After rows have landed: what the dataset's readers see."""

from __future__ import annotations

import time

from sodasheet.errors import SodaSheetError
from sodasheet.portal.soda2.rows import RowsClient

#: How often, and after how many seconds each, the portal is asked whether its readers see the
#: rows yet: it copies finished writes to them with some delay (portal-api.md B.3, G.20).
WAITS = (0.2, 1.0, 3.0)


def count_until(rows: RowsClient, wanted: int | None) -> int | None:
    """How many rows there are, asked again for a while until it is `wanted`.

    None where the portal does not answer: the rows have landed all the same.
    """
    try:
        count = rows.count()
        for seconds in WAITS:
            if wanted is None or count == wanted:
                break
            time.sleep(seconds)
            count = rows.count()
    except SodaSheetError:
        return None
    return count
