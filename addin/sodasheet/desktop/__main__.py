"""`python -m sodasheet.desktop WINDOW ...`: one window, for another process to start.

`sign-in [PORTAL]`, `choose [PORTAL]`, `push ORDER`, where ORDER is a file with the memo of an
order (jobs/saved_request.py). What came of it is one JSON object on standard output, `null` where
the window was cancelled; the exit code is that of the command line.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sodasheet.errors import SodaSheetError, UsageProblem
from sodasheet.model.exit_code import ExitCode


def main(arguments: list[str]) -> int:
    """Show a window and say what came of it."""
    try:
        body, code = _shown(arguments)
    except SodaSheetError as error:
        return _failed(error)
    except Exception as error:
        from sodasheet.crash_report import unexpected

        return _failed(unexpected(error))
    sys.stdout.write(json.dumps(body) + "\n")
    return int(code)


def _failed(error: SodaSheetError) -> int:
    from sodasheet.credentials.redaction import redact

    sys.stderr.write(redact(f"sodasheet: {error}") + "\n")
    return int(error.exit_code)


def _shown(arguments: list[str]) -> tuple[dict[str, Any] | None, ExitCode]:
    match arguments:
        case ["sign-in", *rest] if len(rest) <= 1:
            from sodasheet.desktop.sign_in_window import sign_in

            account = sign_in(rest[0] if rest else "")
            return (asdict(account), ExitCode.DONE) if account else (None, ExitCode.CANCELLED)
        case ["choose", *rest] if len(rest) <= 1:
            from sodasheet.desktop.dataset_window import choose_dataset

            chosen = choose_dataset(rest[0] if rest else "")
            if chosen is None:
                return None, ExitCode.CANCELLED
            return {"portal": chosen.portal, "dataset": chosen.id}, ExitCode.DONE
        case ["push", path]:
            from sodasheet.desktop.push_window import run_push

            report = run_push(_order(Path(path)))
            return report.to_json(), report.outcome.exit_code
    raise UsageProblem(
        "No window of that name.", "Name one of: sign-in [PORTAL], choose [PORTAL], push ORDER."
    )


def _order(path: Path) -> Any:
    from sodasheet.jobs.saved_request import request_from_memo

    try:
        memo = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageProblem(
            f"The order {path.name} cannot be read.", "Push again from the workbook."
        ) from error
    return request_from_memo(memo)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
