"""Forms of the *Describe* pages as sent by browsers: input is kept with its column."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote

import pytest
import requests

from socrata_practice import PracticePortal, read_fault
from sodasheet.credentials.keychain import save
from sodasheet.model.credentials import Credentials

from ..bench import PERMITS
from ..site import Site


class Fields(HTMLParser):
    """Values of a page's form fields as sent by a browser."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: dict[str, Any] = {}
        self._area = self._choice = ""
        self.feed(page.partition('id="f"')[2].partition("</form>")[0])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        name, value = known.get("name") or "", known.get("value") or ""
        if tag == "input" and known.get("type") in ("radio", "checkbox"):
            if "checked" in known:
                self.found[name] = value
        elif tag == "input" and name == "seen":
            self.found.setdefault("seen", []).append(value)
        elif tag == "input" and name:
            # A browser removes line breaks from a single-line input.
            plain = known.get("type") == "hidden"
            self.found[name] = value if plain else value.replace("\r", "").replace("\n", "")
        elif tag == "textarea":
            self._area, self.found[name] = name, ""
        elif tag == "select":
            self._choice, self.found[name] = name, ""
        elif tag == "option" and "selected" in known:
            self.found[self._choice] = value

    def handle_data(self, data: str) -> None:
        if self._area:
            self.found[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            text = self.found[self._area].removeprefix("\n")
            self.found[self._area] = text.replace("\r\n", "\n").replace("\n", "\r\n")
            self._area = ""


class Desk:
    """The pages of the permits, and the portal behind them."""

    def __init__(self, site: Site, portal: PracticePortal) -> None:
        self.site, self.portal = site, portal
        self.path = f"/describe/{PERMITS}"
        self.query = f"?portal={quote(portal.url, safe='')}"
        self.sign_in("publisher")

    def sign_in(self, role: str) -> None:
        account = self.portal.account(role)
        save(self.portal.url, Credentials(account.key_id, account.key_secret))

    def call(self, method: str, path: str, body: Any = None) -> Any:
        account = self.portal.account("publisher")
        known = (account.key_id, account.key_secret)
        answer = requests.request(
            method, f"{self.portal.url}{path}", json=body, auth=known, timeout=30
        )
        answer.raise_for_status()
        return answer.json()

    @property
    def view(self) -> Any:
        return self.call("GET", f"/api/views/{PERMITS}.json")

    def columns(self) -> dict[str, Any]:
        return {one["fieldName"]: one for one in self.view["columns"]}

    def change(self, **values: Any) -> None:
        """Change the dataset on the portal, as another user."""
        self.call("PUT", f"/api/views/{PERMITS}.json", values)

    def change_column(self, field: str, **values: Any) -> None:
        number = self.columns()[field]["id"]
        self.call("PUT", f"/api/views/{PERMITS}/columns/{number}.json", values)

    def form(self) -> dict[str, Any]:
        status, page = self.site.get(self.path + self.query)
        assert status == 200, page
        return Fields(page).found

    def send(self, fields: dict[str, Any], how: str, under: str = "") -> tuple[int, str]:
        return self.site.post(self.path + under + self.query, **{**fields, "how": how})


@pytest.fixture
def desk(site: Site, practice: PracticePortal) -> Iterator[Desk]:
    yield Desk(site, practice)
    practice.clear_faults()


def place_of(fields: dict[str, Any], page: str, field: str) -> str:
    """Return the number of a column in the names of the form's fields."""
    name = page.partition(f'aria-label="Description of {field}"')[0].rpartition("column-")[2]
    return name.partition("-")[0]


def test_a_form_that_was_left_alone_wants_nothing(desk: Desk) -> None:
    odd = "One\r\ntwo\rthree \n\n"
    desk.change(description=odd, attribution="City\nof Example", category=" Spaced ")
    desk.change_column("opened", description=odd)

    status, page = desk.send(desk.form(), "preview")

    assert status == 200
    assert "Nothing would change" in page


def test_text_stays_beside_its_column_if_others_move_columns(desk: Desk) -> None:
    fields = desk.form()
    page = desk.site.get(desk.path + desk.query)[1]
    at = place_of(fields, page, "inspected")
    typed = {**fields, f"column-{at}-description": "The day of the visit"}
    desk.change_column("inspected", position=1)

    _, preview = desk.send(typed, "preview")
    _, again = desk.send(Fields(preview).found, "edit")
    # The portal may not answer.
    desk.portal.inject_fault(read_fault("status status=400 method=GET path=/api/views/* count=all"))
    _, offline = desk.send(typed, "edit")
    desk.portal.clear_faults()

    for form in (again, offline):
        assert place_of({}, form, "inspected") == at
        assert Fields(form).found[f"column-{at}-description"] == "The day of the visit"
    status, where = desk.send(Fields(again).found, "send")
    assert status == 303, where
    assert desk.columns()["inspected"]["description"] == "The day of the visit"


@pytest.mark.parametrize("how", ["preview", "send"])
def test_what_was_typed_stays_if_the_portal_does_not_answer(desk: Desk, how: str) -> None:
    typed = {**desk.form(), "field-title": "Typed", "note": "why"}
    desk.portal.inject_fault(read_fault("status status=400 path=/api/* count=all"))

    status, page = desk.send(typed, how)

    assert status == 422
    found = Fields(page).found
    assert (found["field-title"], found["note"], found["base"]) == ("Typed", "why", typed["base"])


def test_a_lost_sign_in_leads_to_sign_in_and_keeps_the_text(desk: Desk) -> None:
    typed = {**desk.form(), "field-title": "Typed"}
    desk.portal.inject_fault(read_fault("status status=401 path=/api/* count=all"))

    status, page = desk.send(typed, "preview")
    opened, alone = desk.site.get(desk.path + desk.query)

    assert status == 422
    assert f'<a href="/sign-in?portal={quote(desk.portal.url, safe="/")}"' in page
    assert Fields(page).found["field-title"] == "Typed"
    assert opened == 409
    assert ">Sign in</a>" in alone


@pytest.mark.parametrize("base", ["", "{", "[" * 100_000, '{"fields": 3}'])
def test_a_damaged_form_is_read_again(desk: Desk, base: str) -> None:
    status, page = desk.send({"base": base, "field-title": "x"}, "preview")

    assert status == 422
    assert "The values read from the portal are no longer stored" in page
    assert Fields(page).found["base"].startswith('{"run": ""')


def test_an_undo_leaves_what_others_changed_and_says_if_nothing_is_left(desk: Desk) -> None:
    typed = {**desk.form(), "field-attribution": "Ours", "field-row_label": "Ours"}
    _, where = desk.send(typed, "send")
    run = where.rpartition("run=")[2]
    desk.change(attribution="Theirs")

    _, preview = desk.send({"run": run}, "preview", "/undo")
    seen = Fields(preview).found
    unseen = desk.send({"run": run}, "send", "/undo")
    status, _ = desk.send(seen, "send", "/undo")
    refused = desk.send(seen, "send", "/undo")
    over = desk.send({**seen, "over": "1"}, "send", "/undo")

    assert "These values have changed since this push." in preview
    assert unseen[0] == 200
    assert "Others have changed values of this description since you looked" in unseen[1]
    assert status == 303
    assert desk.view["metadata"].get("rowLabel", "") != "Ours"
    assert refused[0] == 422
    assert "Nothing was undone: others have since changed every value." in refused[1]
    assert over[0] == 303
    assert desk.view["attribution"] != "Theirs"


def test_what_others_changed_after_the_preview_is_shown_before_anything_is_sent(
    desk: Desk,
) -> None:
    typed = {**desk.form(), "field-category": "Ours", "field-link": "https://ours.example"}
    _, preview = desk.send(typed, "preview")
    desk.change(category="Theirs")

    status, page = desk.send(Fields(preview).found, "send")
    sent, _ = desk.send(Fields(page).found, "send")

    assert status == 200
    assert "Nothing was sent yet" in page
    assert sent == 303
    assert (desk.view["category"], desk.view["attributionLink"]) == (
        "Theirs", "https://ours.example",
    )  # fmt: skip


def test_the_undo_of_an_undo_is_called_so_and_an_interrupted_push_can_be_undone(
    desk: Desk,
) -> None:
    from sodasheet.describe.push_record import past_runs, read_run

    _, where = desk.send({**desk.form(), "field-tags": "one, two"}, "send")
    run = read_run(where.rpartition("run=")[2])
    run.end("", "")
    _, form = desk.site.get(desk.path + desk.query)
    desk.send({"run": run.run}, "send", "/undo")
    _, preview = desk.send({"run": past_runs()[0].run}, "preview", "/undo")

    assert f'Undo<span class="vh"> push {run.run}</span>' in form
    assert "Undo an undo of the description of" in preview


def test_a_long_description_goes_through_the_form(desk: Desk) -> None:
    desk.change(description="\U0001f6b2" * 40_000)
    typed = {**desk.form(), "field-tags": "long"}

    _, preview = desk.send(typed, "preview")
    status, _ = desk.send(Fields(preview).found, "send")

    assert status == 303
    assert desk.view["description"] == "\U0001f6b2" * 40_000


def test_a_dictionary_shows_the_columns_as_they_are_after_the_push(desk: Desk) -> None:
    fields = desk.form()
    at = place_of(fields, desk.site.get(desk.path + desk.query)[1], "inspected")
    typed = {**fields, "attach": "csv", f"column-{at}-description": "=Now()"}

    status, _ = desk.send(typed, "send")

    assert status == 303
    (there,) = desk.view["metadata"]["attachments"]
    account = desk.portal.account("publisher")
    address = f"{desk.portal.url}/api/views/{PERMITS}/files/{there['assetId']}"
    text = requests.get(address, auth=(account.key_id, account.key_secret), timeout=30).text
    assert ",inspected,checkbox,'=Now()," in text


def test_who_is_not_signed_in_is_led_to_sign_in(desk: Desk) -> None:
    status, page = desk.site.post("/describe", address="https://other.example.gov/d/abcd-1234")

    assert status == 422
    assert '<a href="/sign-in?portal=https%3A//other.example.gov">Sign in</a>' in page
