"""The look-up of a push's addresses, before its rows are checked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sodasheet.portal.publishing.address_lookup import look_up
from sodasheet.push.geocoding.known_places import recall_places, remember_places
from sodasheet.staging.check.check_plan import CheckPlan
from sodasheet.staging.geocoding.address_column import add_places, address_columns, looks_up
from sodasheet.staging.staged_table import Stage

if TYPE_CHECKING:
    from sodasheet.portal.http.session import PortalSession


def with_places(plan: CheckPlan, stage: Stage, session: PortalSession) -> CheckPlan:
    """Add the places of the addresses to the stage; return the plan with the places.

    The plan itself if there is nothing to look up. Nothing of the dataset is changed. Raises
    PortalError, Cancelled.
    """
    if not looks_up(plan):
        return plan
    columns = address_columns(stage, plan)
    if not columns:
        return plan  # what is wrong with the mapping is a finding of the check
    keys = list(dict.fromkeys(key for one in columns for key in one.keys))
    places = dict(recall_places(session.portal, keys))
    unknown = [key for key in keys if key not in places]
    addresses = [json.loads(key) for key in unknown]
    found = look_up(session, plan.dataset, addresses, stage.progress)
    answers = dict(zip(unknown, found, strict=True))
    remember_places(session.portal, answers)
    stage.progress.begin("checking")
    return add_places(stage, plan, columns, places | answers)
