"""The main workflow with the keyboard only, and what a screen reader announces."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from .bench import PERMITS, Bench

ROWS = """Permit No,Kind,Declared Value
BP-2024-0001,Plumbing,12
BP-2026-7777,Roofing,80
"""


def focused(window: Page) -> str:
    """Name of the focused element; `body` if the focus was lost."""
    return str(
        window.evaluate(
            """() => { const one = document.activeElement;
            return one.labels?.[0]?.innerText || one.getAttribute("aria-label")
              || one.innerText?.trim() || one.tagName.toLowerCase() }"""
        )
    )


def reach(window: Page, name: str, key: str = "Tab", most: int = 60) -> None:
    """Press a key until the focus is on the control of this name."""
    seen = []
    window.wait_for_load_state()
    for _ in range(most):
        if (now := focused(window)) == name:
            return
        seen.append(now)
        window.keyboard.press(key)
    raise AssertionError(f"{name} was not reached: {seen}")


def heading(window: Page, text: str) -> None:
    expect(window.get_by_role("heading", level=1)).to_contain_text(text)


def spoken(window: Page, words: str) -> None:
    """The accessibility tree of the page's content has at least these parts, in this order."""
    expect(window.get_by_role("main")).to_match_aria_snapshot(words)


def test_the_whole_way_by_keyboard_alone(bench: Bench, tmp_path: Path) -> None:  # noqa: PLR0915
    account = bench.portal.account("publisher")
    path = tmp_path / "permits.csv"
    path.write_text(ROWS, encoding="utf-8")
    window = bench.open("/sign-in", small=True, portal=bench.portal.url)
    keys = window.keyboard

    spoken(
        window,
        """
        - heading "Sign in to a portal" [level=1]
        - textbox "Portal"
        - textbox "Key ID"
        - textbox "Secret"
        - button "Show secret"
        - button "Sign in"
        - link "Cancel"
        """,
    )
    assert focused(window) == "Key ID"
    keys.type(account.key_id)
    keys.press("Tab")
    keys.type(account.key_secret)
    keys.press("Enter")
    heading(window, "You’re signed in")
    reach(window, "Go to Home")
    keys.press("Enter")
    window.set_viewport_size({"width": 1280, "height": 860})

    heading(window, "Welcome to SodaSheet")
    keys.press("Tab")
    assert focused(window) == "Skip to the content"
    keys.press("Enter")
    reach(window, "Choose a file")
    keys.press("Enter")
    heading(window, "Choose a file")
    assert focused(window) == "Path of the file"
    keys.type(str(path))
    keys.press("Enter")

    heading(window, "Choose a dataset")
    assert focused(window) == "Name, or the dataset’s web address"
    keys.type(PERMITS)
    expect(window.get_by_role("heading", level=2)).to_have_text("Building Permits")
    spoken(
        window,
        """
        - heading "Choose a dataset" [level=1]
        - search "Datasets":
          - combobox "Portal"
          - searchbox "Name, or the dataset’s web address": prmt-7x2d
        - region "Building Permits":
          - heading "Building Permits" [level=2]
          - paragraph: You can add, change, and delete rows
        - button "Choose dataset"
        - button "Cancel"
        """,
    )
    reach(window, "Choose dataset")
    keys.press("Enter")

    heading(window, "Map columns to Building Permits")
    spoken(
        window,
        """
        - navigation "Steps of this push":
          - list:
            - listitem: 1 Map
            - listitem: 2 Check
            - listitem: 3 Preview
            - listitem: 4 Push
        - combobox "Method"
        - region "Columns":
          - table "Columns of permits.csv and where each one goes":
            - rowgroup:
              - row /Column and samples Dataset column Match Format Empty cells/
            - rowgroup:
              - row /Permit No/:
                - rowheader /Permit No/
                - cell:
                  - combobox "Dataset column for Permit No"
        - button "Check data"
        """,
    )
    reach(window, "Dataset column for Kind")
    keys.type("Permit T")
    reach(window, "Check data")
    keys.press("Enter")
    heading(window, "All 2 rows can be sent")
    reach(window, "Preview changes")
    keys.press("Enter")
    heading(window, "An update would add 1 row and change 1")
    spoken(
        window,
        """
        - term: Now
        - definition
        - region "Rows that would change":
          - table /Rows that would change; in changed cells the old value comes first/:
            - rowgroup:
              - row:
                - columnheader "Change"
            - rowgroup:
              - row /Changed/:
                - cell "Changed"
              - row /New/
        """,
    )
    changed = window.get_by_role("row", name="BP-2024-0001")
    expect(changed).to_contain_text("was ")
    expect(changed).to_contain_text("now 12")
    reach(window, "Push 2 rows…")
    keys.press("Enter")

    heading(window, "Building Permits?")
    assert focused(window) == "Push 2 rows"
    keys.press("Enter")
    heading(window, "Building Permits is up to date")
    window.wait_for_load_state()
    spoken(
        window,
        """
        - paragraph: Done
        - heading "Building Permits is up to date" [level=1]
        - term: Added
        - definition: "1"
        - term: Changed
        - definition: "1"
        """,
    )
    reach(window, "See the run")
    keys.press("Enter")
    window.wait_for_url("**/history/*")
    reach(window, "Undo this push…")
    keys.press("Enter")
    heading(window, "Undo this push to Building Permits?")
    assert focused(window).startswith("Type Building Permits")
    keys.type("building permits")
    keys.press("Enter")
    heading(window, "The push to Building Permits was undone")


def test_focus_is_never_lost(bench: Bench) -> None:
    """Every Tab stop on a full page is a visible control."""
    window = bench.open("/settings")
    stops = 0
    for _ in range(40):
        window.keyboard.press("Tab")
        box = window.evaluate(
            """() => { const one = document.activeElement;
            if (one === document.body) return null;
            const box = one.getBoundingClientRect();
            const at = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
            return [box.width, box.height, one === at || one.contains(at) || at?.contains(one)] }"""
        )
        if box is None:
            break
        stops += 1
        assert box[0] > 0
        assert box[1] > 0
        assert box[2], focused(window)
    assert stops > 12
