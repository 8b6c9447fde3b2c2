"""Context of a push: session, progress, prompts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sodasheet.model.progress import Progress
from sodasheet.push.questions_to_user import Ask

if TYPE_CHECKING:
    from sodasheet.portal.http.session import PortalSession


@dataclass(frozen=True, slots=True)
class PushContext:
    """The portal's session, a progress display, and the user to ask."""

    session: PortalSession
    progress: Progress
    ask: Ask
