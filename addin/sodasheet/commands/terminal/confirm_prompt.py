"""Ask for confirmation on the terminal."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING

import click

from sodasheet.commands.terminal.output import bars_hidden, say
from sodasheet.errors import Cancelled

if TYPE_CHECKING:
    from sodasheet.push.questions_to_user import Proposal, Question

#: Findings that are printed before the question.
_FINDINGS = 10


class Prompt:
    """Asks on the terminal; without a terminal, the answer is no."""

    def go_ahead(self, proposal: Proposal) -> bool:
        """Show the findings and the proposal, and wait for y.

        Raises Cancelled if there is no terminal.
        """
        with bars_hidden():
            for group in proposal.findings[:_FINDINGS]:
                say(f"{group.severity.value}: {group.message}", err=True)
            if (more := len(proposal.findings) - _FINDINGS) > 0:
                say(f"And {more:,} more, listed after the push.", err=True)
            return self._agreed(proposal.sentence)

    def require(self, sentence: str) -> None:
        """Show a sentence and wait for y. Raises Cancelled for any other answer."""
        with bars_hidden():
            agreed = self._agreed(sentence)
        if not agreed:
            raise Cancelled("You answered no.", "Nothing was changed.")

    def _agreed(self, sentence: str) -> bool:
        say(sentence, err=True)
        if not sys.stdin.isatty():
            raise Cancelled("No terminal to confirm on.", "Run it again with --yes.")
        return self._yes("Go ahead?")

    def anyway(self, question: Question) -> bool:
        """Show the objection and wait for y; without a terminal, the answer is no."""
        with bars_hidden():
            say(question.text, err=True)
            return sys.stdin.isatty() and self._yes("Push anyway?")

    def _yes(self, question: str) -> bool:
        # Nothing is running while the question is shown, so Ctrl-C simply means no.
        waiting = signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            return self._answered(question)
        except (click.Abort, KeyboardInterrupt):
            return False
        finally:
            signal.signal(signal.SIGINT, waiting)

    def _answered(self, question: str) -> bool:
        while True:
            told = str(click.prompt(f"{question} [y/N]", "n", show_default=False, err=True))
            if (answer := told.strip().lower()) in ("y", "yes", "n", "no"):
                return answer in ("y", "yes")
            say("Please answer y (yes) or n (no).", err=True)
