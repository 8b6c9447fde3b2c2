"""Pictures of the documentation: made again by the tests, and compared with the committed pictures.

`bash tests/run --pictures` writes them into docs/pictures (SODASHEET_PICTURES names the folder).
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from PIL import Image, ImageChops

COMMITTED = Path(__file__).parents[1] / "docs" / "pictures"

#: Side of the squares that are compared: about a letter, so that a shifted pixel counts little.
SQUARE = 8
#: Visible difference in a square's brightness (of 255).
VISIBLE = 40
#: Share of visibly different squares. Ports, times and run ids make 0.0003 between two runs, a
#: new column of a table 0.007.
MOST = 0.006
#: Difference of width or height: a longer path may break a line.
STRETCH = 0.02


def keep(taken: Path, name: str) -> str:
    """Store a picture if wanted; else return its difference from the committed picture.

    The result is a sentence, empty if the pictures are alike.
    """
    if wanted := os.environ.get("SODASHEET_PICTURES"):
        target = Path(wanted) / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with Image.open(taken) as picture:
            picture.convert("RGB").quantize(64, dither=Image.Dither.NONE).save(
                target, optimize=True
            )
        return ""
    committed = COMMITTED / name
    if not committed.exists():
        return f"docs/pictures/{name} is missing."
    if said := difference(committed, taken):
        if kept := os.environ.get("SODASHEET_DIFFERENT"):
            shutil.copyfile(taken, Path(kept) / name.replace("/", "-"))
        return f"docs/pictures/{name} is out of date: {said}. Run bash tests/run --pictures."
    return ""


def difference(old: Path, new: Path) -> str:
    """Return how two pictures differ in more than rendering; empty if they do not."""
    with Image.open(old) as first, Image.open(new) as second:
        one, two = first.convert("RGB").convert("L"), second.convert("RGB").convert("L")
    for name, before, after in (("wide", one.width, two.width), ("high", one.height, two.height)):
        if abs(before - after) > STRETCH * before:
            return f"it is {before} pixels {name} instead of {after}"
    width, height = min(one.width, two.width), min(one.height, two.height)
    area, small = (0, 0, width, height), (max(1, width // SQUARE), max(1, height // SQUARE))
    pair = (picture.crop(area).resize(small, Image.Resampling.BOX) for picture in (one, two))
    squares = ImageChops.difference(*pair).histogram()
    share = sum(squares[VISIBLE:]) / sum(squares)
    return f"{share:.1%} of it looks different" if share > MOST else ""
