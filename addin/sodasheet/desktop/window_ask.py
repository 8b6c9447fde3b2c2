"""Questions of the thread that pushes, answered in the window."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from sodasheet.errors import Cancelled

if TYPE_CHECKING:
    from sodasheet.desktop.confirm_page import Answer
    from sodasheet.desktop.shell import Shell
    from sodasheet.push.prompt import Proposal, Question

#: Seconds between two looks at whether the push was stopped while it asks.
LOOK = 0.2


class WindowAsk:
    """Lets the thread that pushes wait for an answer in the window."""

    shows_preview = True

    def __init__(
        self,
        shell: Shell,
        show: Callable[[Proposal, Answer], None],
        show_question: Callable[[Question, Answer], None],
        stopped: Callable[[], bool],
    ) -> None:
        self._shell, self._stopped = shell, stopped
        self._show, self._show_question = show, show_question

    def go_ahead(self, proposal: Proposal) -> bool:
        """Whether the user agrees; whoever pressed Stop elsewhere does not.

        Raises Cancelled where the user chose something else instead.
        """
        answer = self._answer(partial(self._show, proposal))
        if isinstance(answer, str):
            raise Cancelled(answer, "Nothing was sent.")
        return answer

    def anyway(self, question: Question) -> bool:
        """Whether the user wants to go on in spite of something."""
        return self._answer(partial(self._show_question, question)) is True

    def _answer(self, show: Callable[[Answer], None]) -> bool | str:
        answers: SimpleQueue[bool | str] = SimpleQueue()
        self._shell.soon(lambda: show(answers.put))
        while not self._stopped():
            try:
                return answers.get(timeout=LOOK)
            except Empty:
                continue
        return False
