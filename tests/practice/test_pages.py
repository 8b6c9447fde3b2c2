"""The HTML pages for users."""

from __future__ import annotations

import re
from html.parser import HTMLParser

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}'


class Page(HTMLParser):
    """The tags, attributes and text of a page."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.links, self.words = [], [], []
        self.feed(html)
        self.text = " ".join(self.words)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data):
        self.words.append(data.strip())


def test_a_dataset_is_shown_with_columns_rows_and_last_change(nobody):
    page = Page(nobody.get("/d/prmt-7x2d").text)

    for words in ("Building Permits", "300", "Permit Number", "permit_no", "row identifier",
                  "First 50 rows", "BP-2024-0001", "UTC", "calendar_date",
                  "computed"):  # fmt: skip
        assert words in page.text
    assert page.tags.count("tr") == 1 + 50 + 1 + 16


def test_a_write_changes_the_page(client, permits):
    client.upsert(permits, [{"no": "B-new"}])

    page = Page(client.get(f"/d/{permits}").text)
    assert "B-new" in page.text


def test_a_hostile_value_does_not_become_markup(client):
    dataset = client.make({"word": "text", "link": "url"}, name=HOSTILE, description=HOSTILE)
    client.upsert(dataset, [
        {"word": HOSTILE, "link": {"url": "javascript:alert(1)", "description": HOSTILE}},
        {"link": {"url": 'https://a.example/"><script>'}},
    ])  # fmt: skip
    for path in (f"/d/{dataset}", "/"):
        page = Page(client.get(path).text)
        assert not {"script", "img"} & set(page.tags)
        assert HOSTILE in page.text
        assert not any(link.lower().startswith("javascript:") for link in page.links)


def test_pages_fetch_nothing_and_run_nothing(nobody):
    for path in ("/", "/d/prmt-7x2d", "/d/nope-nope"):
        reply = nobody.get(path)
        assert reply.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert not {"script", "link", "img", "iframe"} & set(Page(reply.text).tags)
        assert not re.search(r"url\(|@import", reply.text)


def test_the_front_page_lists_what_can_be_seen(nobody, client):
    assert "/d/prmt-7x2d" in Page(nobody.get("/").text).links
    assert "/d/priv-6n2y" not in Page(nobody.get("/").text).links
    assert "/d/priv-6n2y" in Page(client.get("/").text).links


def test_long_addresses_lead_to_the_page(nobody):
    for path in ("/Practice/Building-Permits/prmt-7x2d", "/A/B-ü/prmt-7x2d/data"):
        reply = nobody.get(path, allow_redirects=False)
        assert (reply.status_code, reply.headers["Location"]) == (302, "/d/prmt-7x2d")


def test_what_is_missing_or_private_has_a_page_that_says_so(nobody):
    missing, private = nobody.get("/d/nope-nope"), nobody.get("/d/priv-6n2y")

    assert (missing.status_code, private.status_code) == (404, 401)
    assert "no dataset" in Page(missing.text).text
    assert "Inspection Drafts" not in private.text
    assert private.headers["WWW-Authenticate"].startswith("Basic")


def test_assets_without_rows_and_empty_datasets_have_pages(nobody):
    assert "no rows to show" in nobody.get("/d/link-3w6t").text
    assert "No rows yet" in nobody.get("/d/rqst-5m8p").text
    assert "85" in Page(nobody.get("/d/view-2j7f").text).text
