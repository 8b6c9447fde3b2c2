"""Rebuild everything in templates/: `python -m sodasheet.office.build_templates`."""

from __future__ import annotations

import sys
from importlib.resources import files
from pathlib import Path

from sodasheet.office import help_guide, scheduled_push_template
from sodasheet.office.samples.sample_files import build_samples
from sodasheet.office.sheets.sheets_workbook import sheets_workbook
from sodasheet.office.xlam import NAME, addin_workbook


def build_templates() -> dict[str, bytes]:
    """Return the content of every file in templates/ by its name."""
    return {
        **build_samples(),
        "sheets.xlsx": sheets_workbook(),
        help_guide.NAME: help_guide.guide(),
        NAME: addin_workbook(),
        scheduled_push_template.NAME: scheduled_push_template.scheduled_workbook(),
    }


def main() -> None:
    """Write every file and print its path."""
    folder = Path(str(files("sodasheet.templates")))
    for name, content in build_templates().items():
        (folder / name).write_bytes(content)
        sys.stdout.write(f"{folder / name}\n")


if __name__ == "__main__":
    main()
