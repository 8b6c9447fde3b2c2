# ruff: noqa: ARG001 - every fault takes the same four things
"""Twenty kinds of faults, planted at random places and in random sizes."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable

from datasets.towns import City, Row

Rows = list[Row]
Fault = Callable[[random.Random, City, Rows, Rows], Rows | None]


def _some(draw: random.Random, rows: Rows, least: int = 1) -> list[int]:
    """Places of a few rows, of many, or of one block."""
    count = draw.choice((least, least + 2, max(least, len(rows) // 50), max(least, len(rows) // 8)))
    if draw.random() < 0.5:
        start = draw.randrange(max(1, len(rows) - count))
        return list(range(start, min(len(rows), start + count)))
    return sorted(draw.sample(range(len(rows)), min(count, len(rows))))


def _of(city: City, *kinds: str) -> list[str]:
    return [name for name, kind in city.columns if kind in kinds]


def _categories(city: City, past: Rows) -> list[str]:
    names = _of(city, "text")
    return [n for n in names if 2 <= len({r[n] for r in past if r[n]}) <= 60 and
            all(len(r[n]) >= 4 and not r[n][-1].isdigit() for r in past if r[n])]  # fmt: skip


def _edit(rows: Rows, places: list[int], name: str, change: Callable[[str], str]) -> Rows | None:
    out, changed = [dict(row) for row in rows], 0
    for place in places:
        old = out[place][name]
        if old:
            out[place][name] = change(old)
            changed += out[place][name] != old
    return out if changed else None


def misspelled(draw: random.Random, city: City, past: Rows, rows: Rows) -> Rows | None:
    names = _categories(city, past)
    if not names:
        return None

    def slip(text: str) -> str:
        n = draw.randrange(1, len(text) - 1)
        while not (text[n].isalpha() and text[n + 1].isalpha() and text[n] != text[n + 1]):
            n = draw.randrange(1, len(text) - 1)
            if sum(c.isalpha() for c in text) < 4:
                return text
        kind = draw.randrange(3)
        if kind == 0:
            return text[:n] + text[n + 1] + text[n] + text[n + 2 :]
        return text[:n] + text[n + 1 :] if kind == 1 else text[:n] + text[n] + text[n:]

    return _edit(rows, _some(draw, rows), draw.choice(names), slip)


def capitals(draw: random.Random, city: City, past: Rows, rows: Rows) -> Rows | None:
    names = _categories(city, past)
    change = draw.choice((str.upper, str.lower, lambda text: text.replace(" ", "  ")))
    return _edit(rows, _some(draw, rows), draw.choice(names), change) if names else None


def lost_zeros(draw: random.Random, city: City, past: Rows, rows: Rows) -> Rows | None:
    names = [n for n in _of(city, "text") if any(r[n].startswith("0") for r in past)]
    if not names:
        return None
    places = range(len(rows)) if draw.random() < 0.5 else _some(draw, rows, 3)
    return _edit(rows, list(places), draw.choice(names), lambda text: text.lstrip("0") or "0")


def other_shape(draw: random.Random, city: City, past: Rows, rows: Rows) -> Rows | None:
    names = [n for n in _of(city, "text") if past[0][n] and any(c.isdigit() for c in past[0][n])
             and len({len(r[n]) for r in past}) <= 2]  # fmt: skip
    if not names:
        return None
    change = draw.choice(
        (
            lambda t: t + " x",
            lambda t: t.replace("-", "/") + "*",
            lambda t: "#" + t,
            lambda t: t[1:],
        )
    )
    return _edit(rows, _some(draw, rows), draw.choice(names), change)


def outlier(draw: random.Random, city: City, past: Rows, rows: Rows) -> Rows | None:
    names = _of(city, "number")
    if not names:
        return None
    name = draw.choice(names)
    high = max(abs(float(r[name])) for r in past if r[name])
    factor = draw.choice((10, 84, 1000))
    return _edit(rows, _some(draw, rows)[:5], name, lambda _: f"{high * factor:.0f}")


def bad_date(draw: random.Random, city: City, past: Rows, rows: Rows) -> Rows | None:
    names = _of(city, "calendar_date")
    if not names:
        return None
    year = draw.choice(("1900", "2062", "2126", "1924"))
    return _edit(rows, _some(draw, rows)[:9], draw.choice(names), lambda t: year + t[4:])


def swapped_columns(draw: random.Random, city: City, past: Rows, rows: Rows) -> Rows | None:
    kind = draw.choice(("text", "number"))
    names = _of(city, kind)
    if kind == "text":
        names = [n for n in names if len({r[n] for r in past}) <= 300 and all(r[n] for r in past)]
    else:
        names = [n for n in names if all(r[n] for r in past[:200])]
        filled = {n: sorted(float(r[n]) for r in past if r[n]) for n in names}
        middles = {n: values[len(values) // 2] for n, values in filled.items()}
    if len(names) < 2:
        return None
    a, b = draw.sample(names, 2)
    if kind == "number" and abs(middles[a] - middles[b]) < 2 * min(
        abs(middles[a]), abs(middles[b])
    ):
        return None
    return [{**row, a: row[b], b: row[a]} for row in rows]


def other_unit(draw: random.Random, city: City, past: Rows, rows: Rows) -> Rows | None:
    names = [n for n in _of(city, "number") if n not in ("latitude", "longitude", "planted", "ward")
             and all(float(r[n]) > 0 for r in past if r[n])]  # fmt: skip
    if not names:
        return None
    factor = draw.choice((1000, 0.001, 100, 0.01, 3.28084, 1 / 3.28084))
    return _edit(
        rows, list(range(len(rows))), draw.choice(names), lambda t: f"{float(t) * factor:.5g}"
    )


def blanks(draw: random.Random, city: City, past: Rows, rows: Rows) -> Rows | None:
    names = [n for n, _ in city.columns if n != city.identifier and all(r[n] for r in past)]
    return _edit(rows, _some(draw, rows, 2), draw.choice(names), lambda _: "") if names else None


def constant(draw: random.Random, city: City, past: Rows, rows: Rows) -> Rows | None:
    names = [n for n, _ in city.columns if n != city.identifier and all(r[n] for r in past)
             and len({r[n] for r in past}) >= 3
             # A period or a school year is one in every ordinary month.
             and max(Counter(r[n] for r in rows).values()) < 0.8 * len(rows)]  # fmt: skip
    if not names:
        return None
    name = draw.choice(names)
    value = draw.choice(rows)[name]
    return _edit(rows, list(range(len(rows))), name, lambda _: value)


def shifted(draw: random.Random, city: City, past: Rows, rows: Rows) -> Rows | None:
    names = [name for name, _ in city.columns]
    start = draw.randrange(1, max(2, len(names) // 2))
    out = [dict(row) for row in rows]
    for place in _some(draw, rows):
        values = [out[place][name] for name in names]
        moved = [*values[:start], "", *values[start:-1]]
        out[place] = dict(zip(names, moved, strict=True))
    return out


def repeated_block(draw: random.Random, city: City, past: Rows, rows: Rows) -> Rows | None:
    size = draw.choice((3, 10, len(rows) // 4))
    start = draw.randrange(len(rows) - size)
    block = [dict(row) for row in rows[start : start + size]]
    if city.identifier:
        for n, row in enumerate(block):
            row[city.identifier] = rows[-1][city.identifier][:-4] + f"{9000 + n}"
    return [*rows, *block]


def last_file(draw: random.Random, city: City, past: Rows, rows: Rows) -> Rows | None:
    return past[-len(rows) :] if city.method != "replace" else past


def truncated(draw: random.Random, city: City, past: Rows, rows: Rows) -> Rows | None:
    if city.method != "replace":
        return None
    return rows[: int(len(rows) * draw.uniform(0.3, 0.9))]


def outside(draw: random.Random, city: City, past: Rows, rows: Rows) -> Rows | None:
    if "location" in rows[0]:
        return _edit(rows, _some(draw, rows), "location", lambda _: "POINT (-87.65 41.85)")
    if "longitude" not in rows[0]:
        return None
    return _edit(rows, _some(draw, rows), "longitude", lambda _: "-87.65")


def swapped_places(draw: random.Random, city: City, past: Rows, rows: Rows) -> Rows | None:
    places = _some(draw, rows)
    if "location" in rows[0]:
        return _edit(
            rows, places, "location", lambda t: "POINT ({} {})".format(*t[7:-1].split()[::-1])
        )
    if "longitude" not in rows[0]:
        return None
    out = [dict(row) for row in rows]
    for place in places:
        row = out[place]
        row["latitude"], row["longitude"] = row["longitude"], row["latitude"]
    return out


def zero_places(draw: random.Random, city: City, past: Rows, rows: Rows) -> Rows | None:
    places = _some(draw, rows)
    if "location" in rows[0]:
        return _edit(rows, places, "location", lambda _: "POINT (0 0)")
    if "longitude" not in rows[0]:
        return None
    out = [dict(row) for row in rows]
    for place in places:
        out[place] |= {"latitude": "0", "longitude": "0"}
    return out


def damaged(draw: random.Random, city: City, past: Rows, rows: Rows) -> Rows | None:
    names = [n for n in _of(city, "text") if n != city.identifier]
    odd = draw.choice(("Ã©", "â€™", "Ã¼", "\ufffd"))
    return _edit(rows, _some(draw, rows), draw.choice(names), lambda t: t[:2] + odd + t[3:])


def total_row(draw: random.Random, city: City, past: Rows, rows: Rows) -> Rows | None:
    total = {name: "" for name, _ in city.columns}
    for name in _of(city, "number"):
        total[name] = f"{sum(float(r[name]) for r in rows if r[name]):.2f}"
    name = draw.choice(_of(city, "text"))
    total[name] = draw.choice(("Total", "TOTAL", "Grand total", "Subtotal"))
    if city.identifier and not total[city.identifier]:
        total[city.identifier] = rows[-1][city.identifier][:-1] + "X"
    place = draw.choice((len(rows), len(rows), len(rows) // 2))
    return [*rows[:place], total, *rows[place:]]


def future(draw: random.Random, city: City, past: Rows, rows: Rows) -> Rows | None:
    """A year too far, as typed in January, in a column whose new dates are of this year."""
    names = [
        n
        for n in _of(city, "calendar_date")
        if (dates := sorted(r[n] for r in rows if r[n])) and dates[len(dates) // 2] >= "2026"
    ]
    if not names:
        return None
    name = draw.choice(names)
    later = draw.choice((2, 3, 5))
    return _edit(rows, _some(draw, rows), name, lambda t: f"{int(t[:4]) + later}{t[4:]}".replace(
        "-02-29", "-02-28"))  # fmt: skip


FAULTS: dict[str, Fault] = {
    "misspelled category": misspelled,
    "capitals or blanks": capitals,
    "lost leading zeros": lost_zeros,
    "changed shape": other_shape,
    "outlier": outlier,
    "impossible date": bad_date,
    "future date": future,
    "swapped columns": swapped_columns,
    "other unit": other_unit,
    "sudden blanks": blanks,
    "sudden constant": constant,
    "shifted rows": shifted,
    "repeated block": repeated_block,
    "last month's file": last_file,
    "truncated export": truncated,
    "outside the area": outside,
    "swapped coordinates": swapped_places,
    "point at (0, 0)": zero_places,
    "damaged text": damaged,
    "total row": total_row,
}
