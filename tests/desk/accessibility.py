"""Accessibility of a page: axe's findings, 400 % zoom, no information by color alone."""

from __future__ import annotations

import io
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

#: Width in pixels of a 1,280 pixel window at 400 % zoom.
NARROW = 320

AXE = Path(__file__).with_name("node_modules") / "axe-core" / "axe.min.js"


@cache
def axe() -> str:
    if not AXE.is_file():
        if os.environ.get("CI"):
            pytest.fail("axe-core is not installed, which CI must have")
        pytest.skip("axe-core is not installed (npm ci in tests/desk)")
    return AXE.read_text("utf-8")


#: The rules of axe about colors, without those for WCAG's level AAA, which a plain run leaves out.
COLOR_RULES = """axe.getRules(["cat.color"]).filter((rule) => !rule.tags.includes("wcag2aaa"))
  .map((rule) => rule.ruleId)"""


def found_by_axe(window: Page, rules: str = "undefined") -> list[str]:
    """Return what breaks the rules of axe, or only the `rules` that a script names."""
    if not window.evaluate("'axe' in window"):
        window.evaluate(axe())
    found: dict[str, Any] = window.evaluate(
        f"axe.run({{resultTypes: ['violations'], runOnly: {rules}}})"
    )
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


def found_by_light_and_dark(window: Page) -> dict[str, list[str]]:
    """Return what axe finds in each color scheme, and leave the page light.

    Only colors differ in the dark (`test_only_colors_differ_in_the_dark`), so that what the other
    rules find is the same.
    """
    window.emulate_media(color_scheme="dark")
    dark = found_by_axe(window, COLOR_RULES)
    window.emulate_media(color_scheme="light")
    return {"light": found_by_axe(window), "dark": dark}


def axe_in_forced_colors(window: Page) -> list[str]:
    window.emulate_media(forced_colors="active")
    found = found_by_axe(window)
    window.emulate_media(forced_colors="none")
    return found


def narrow(window: Page) -> int:
    """Page width in pixels that corresponds to 400 % zoom."""
    before = window.viewport_size
    window.set_viewport_size({"width": NARROW, "height": 640})
    room = int(window.evaluate("document.documentElement.scrollWidth"))
    window.set_viewport_size(before or {"width": 1280, "height": 860})
    return room


def require_accessible(window: Page) -> None:
    """Require that a page is accessible in light and dark mode, and fits a narrow window."""
    assert found_by_light_and_dark(window) == {"light": [], "dark": []}
    assert narrow(window) <= NARROW


#: The states that together contain every control, mark and message of the desk.
STATES = frozenset(
    {
        "home", "sign-in-refused", "choose", "map", "map-error", "check", "preview", "confirm",
        "confirm-wrong-name", "progress", "canceling", "summary-stopped", "run", "settings",
        "schedule-error",
    }
)  # fmt: skip

#: Elements that differ only in appearance, and the other elements of their kind.
MARKS = """() => {
  const looks = (element) => {
    const s = getComputedStyle(element);
    const border = ["Top", "Right", "Bottom", "Left"].map((side) =>
      `${s[`border${side}Style`]} ${s[`border${side}Width`]}`).join();
    const line = s.outlineStyle === "none" ? "" : `${s.outlineStyle} ${s.outlineWidth}`;
    return [border, line, s.textDecorationLine, s.fontWeight, s.fontStyle].join("; ");
  };
  const seen = (element) => element.checkVisibility() && element.getClientRects().length > 0;
  const all = (selector) => [...document.querySelectorAll(selector)].filter(seen);
  const wrong = [];
  // What each of the first differs in from each of the second, without any color.
  const differ = (first, second) => {
    const others = new Set(all(second).map(looks));
    for (const one of all(first))
      if (others.has(looks(one))) wrong.push(`${first} is like ${second}`);
  };
  differ(".btn:is(.primary, .danger)", ".btn:not(.primary, .danger)");
  differ(".rail [aria-current]", ".rail li a:not([aria-current])");
  differ(".steps [aria-current]", ".steps .step:not([aria-current]), .steps a:not([aria-current])");
  differ("td.chg", "td:not(.chg, .mark)");
  differ("td.mark", "td:not(.chg, .mark)");
  differ("td.mark.warn", "td.mark:not(.warn)");
  differ("[aria-invalid=true]", "input:not([aria-invalid=true], [type=radio], [type=checkbox])");
  differ(".chg ins", ".chg del");
  differ("button[aria-disabled=true]", "button:not([aria-disabled=true])");
  const fields = "input:not([type=radio], [type=checkbox], [type=hidden]), select, textarea";
  for (const one of all(`.btn, ${fields}, .panel, .notice, .badge`)) {
    const s = getComputedStyle(one);
    const unseen = s.borderTopStyle === "none" || s.borderTopWidth === "0px";
    if (unseen || s.borderTopColor === s.backgroundColor)
      wrong.push(`no border: ${one.outerHTML.slice(0, 80)}`);
  }
  for (const one of all("input:is([type=radio], [type=checkbox])"))
    if (getComputedStyle(one).appearance === "none") wrong.push(`hidden choice: ${one.id}`);
  for (const one of all(".badge, .err, :is(.sev, .notice):is(.good, .warn, .bad)"))
    if (!one.innerText.trim() || !one.querySelector("svg.i"))
      wrong.push(`color alone: ${one.outerHTML.slice(0, 80)}`);
  return [...new Set(wrong)];
}"""

#: Text spacing that every page must support (WCAG 1.4.12).
SPACING = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* {line-height: 1.5 !important; letter-spacing: .12em !important;
    word-spacing: .16em !important} p {margin-bottom: 2em !important}`);
  document.adoptedStyleSheets = [sheet];
  const cut = [...document.querySelectorAll("main *, header *")].filter((one) => {
    const s = getComputedStyle(one);
    if (!one.checkVisibility() || s.clipPath !== "none") return false;
    if (one.closest(".vh, svg, select")) return false;
    if (one.matches("input, textarea, progress")) return false;
    const hides = (how) => how === "hidden" || how === "clip";
    return (hides(s.overflowX) && one.scrollWidth > one.clientWidth + 1)
      || (hides(s.overflowY) && one.scrollHeight > one.clientHeight + 1);
  }).map((one) => `cut: ${one.outerHTML.slice(0, 80)}`);
  const page = document.documentElement;
  if (page.scrollWidth > page.clientWidth) cut.push(`wide: ${page.scrollWidth}`);
  const buttons = [...document.querySelectorAll(".btn")].filter((one) => one.checkVisibility()
    && one.scrollWidth > one.clientWidth + 1).map((one) => `button: ${one.innerText}`);
  document.adoptedStyleSheets = [];
  return [...cut, ...buttons];
}"""


def told_by_color_alone(name: str, window: Page) -> list[str]:
    """Say what can't be told in forced colors, and what spaced text or 320 pixels cut off."""
    window.emulate_media(forced_colors="active", reduced_motion="reduce")
    found = list(window.evaluate(MARKS))
    if name == "progress":
        found += bar_of(window)
    window.emulate_media(forced_colors="none", reduced_motion="no-preference")
    before = window.viewport_size or {"width": 1280, "height": 860}
    for width in (before["width"], 320):
        window.set_viewport_size({"width": width, "height": before["height"]})
        found += [f"at {width} pixels, {one}" for one in window.evaluate(SPACING)]
    window.set_viewport_size(before)
    return found


def bar_of(window: Page) -> list[str]:
    """Say what is wrong with a bar that is two fifths full: seen in its pixels, and at rest."""
    bar = window.get_by_role("progressbar")
    expect(bar).to_be_visible()
    picture = Image.open(io.BytesIO(bar.screenshot())).convert("RGB")
    middle = picture.height // 2
    first, last = (picture.getpixel((picture.width * part // 8, middle)) for part in (1, 7))
    found = [] if first != last else [f"the bar is one color: {first}"]
    bar.evaluate("bar => bar.removeAttribute('value')")
    moving: Any = window.evaluate("document.getAnimations().length")
    return [*found, *([f"{moving} animations"] if moving else [])]
