"""The worker's side: ask a question in the desk, and wait for the answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict

from sodasheet.desk.server.open_windows import open_page
from sodasheet.desk.tasks.question import (
    Asked,
    ChooseDataset,
    ChooseTime,
    Question,
    Tell,
    TextQuestion,
    UserAnswer,
    YesNo,
)
from sodasheet.desk.tasks.task import ANSWER, QUESTION, Task
from sodasheet.system.dataclass_from_json import read_if_whole

#: Seconds between two looks for an answer, and for which a question waits without a page that
#: shows it: longer than browsers let a page sleep before its next sign of life.
LOOK, UNSEEN = 0.1, 600.0


class Asking:
    """Asks the questions of a task, one at a time.

    `stopped` ends the wait: the answer is then no. So does a page that nobody has open anymore,
    after a while. The page of the task is opened with the first question, unless it is open
    already.
    """

    def __init__(
        self, task: Task, stopped: Callable[[], bool] = lambda: False, *, opened: bool = False
    ) -> None:
        self._task, self._stopped, self._opened = task, stopped, opened
        self._number = 0

    def open(self) -> None:
        """Open the page of the task. Raises SodaSheetError if no window can be opened here."""
        if not self._opened:
            self._opened = True
            open_page(f"/task/{self._task.id}", small=True)

    def ask(self, question: Question) -> UserAnswer:
        """Ask, and wait for the answer. Raises SodaSheetError if no window can be opened here."""
        self._number += 1
        folder = self._task.folder
        (folder / ANSWER).unlink(missing_ok=True)
        self._task.write(QUESTION, Asked(self._number, question).to_json())
        self.open()
        patience = _Patience(self._task)
        try:
            while not self._stopped() and not patience.over:
                answer = read_if_whole(UserAnswer, self._task.read(ANSWER))
                if answer is not None and answer.number == self._number:
                    return answer
                time.sleep(LOOK)
        finally:
            (folder / QUESTION).unlink(missing_ok=True)
        return UserAnswer(self._number, yes=False)


class _Patience:
    """Wait for a page that shows a question.

    Only the time between looks counts, so that a computer that slept has not waited.
    """

    def __init__(self, task: Task) -> None:
        self._task = task
        self._seen = task.last_seen
        self._looks = 0

    @property
    def over(self) -> bool:
        """True if no page has shown the task for too long; called at each poll."""
        if (seen := self._task.last_seen) != self._seen:
            self._seen, self._looks = seen, 0
        self._looks += 1
        return self._looks * LOOK > UNSEEN


class DeskDialogs:
    """Messages and questions on the page of a task; raises SodaSheetError if no window opens."""

    #: These open wherever the desk does.
    no_windows = None

    #: The user answers on a page, which leads on to the page of a task that begins meanwhile.
    page_open = True

    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    def tell(self, text: str) -> None:
        """Show a message that needs no answer."""
        self._asking.ask(Tell(text))

    def ask_yes_no(self, text: str) -> bool:
        """Ask a question; closing the page means no."""
        return self._asking.ask(YesNo(text)).yes

    def ask_text(self, text: str, given: str = "", *, secret: bool = False) -> str | None:
        """Ask for a line of text; None if the user changed their mind.

        A secret is typed on the Sign in page only, so that no file ever holds one.
        """
        if secret:
            raise ValueError("secrets are typed on the Sign in page")
        answer = self._asking.ask(TextQuestion(text, given))
        return answer.text if answer.yes else None


def ask_for_dataset(asking: Asking, portal: str) -> tuple[str, str] | None:
    """Ask for a dataset; return its portal and id, or None if the user changed their mind."""
    answer = asking.ask(ChooseDataset(portal))
    if not answer.yes or answer.choice is None:
        return None
    return str(answer.choice["portal"]), str(answer.choice["dataset"])


def ask_for_schedule(asking: Asking, question: ChooseTime) -> UserAnswer:
    """Ask for a time; the answer's choice contains the fields (schedule/model.py)."""
    return asking.ask(question)


def answer_question(task: Task, answer: UserAnswer) -> None:
    """Store the user's answer for the waiting process. Raises SodaSheetError."""
    task.write(ANSWER, asdict(answer))
