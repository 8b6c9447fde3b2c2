"""Compressed rows, sent on request, equal the uncompressed rows."""

from __future__ import annotations

import gzip
import json
import urllib.error
import urllib.request

import pytest

PERMITS = "prmt-7x2d"


@pytest.fixture
def ask(portal):
    def asked(accept, query="", **headers):
        request = urllib.request.Request(
            f"{portal.url}/resource/{PERMITS}.json{query}",
            headers={"Accept-Encoding": accept, **headers} if accept else headers,
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as reply:
                return reply.status, reply.headers, reply.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, b""

    return asked


def test_many_rows_are_compressed_where_that_is_asked_for(ask):
    _, plain_headers, plain = ask("")
    _, headers, packed = ask("gzip, deflate")

    assert (headers["Content-Encoding"], plain_headers["Content-Encoding"]) == ("gzip", None)
    assert json.loads(gzip.decompress(packed)) == json.loads(plain)
    assert len(packed) * 2 < len(plain)
    assert headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("accept", ["", "identity", "gzip;q=0", "deflate"])
def test_nobody_gets_what_cannot_be_read(ask, accept):
    assert ask(accept)[1]["Content-Encoding"] is None


def test_a_small_reply_is_left_as_it_is(ask):
    assert ask("gzip", "?$select=count(*)")[1]["Content-Encoding"] is None


def test_the_tag_says_so_and_is_known_again(ask):
    tag = ask("gzip")[1]["ETag"]

    assert tag.endswith('--gzip"')
    status, _, body = ask("gzip", **{"If-None-Match": tag})
    assert (status, body) == (304, b"")
