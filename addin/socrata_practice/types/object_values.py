"""Values that are small objects: web addresses, locations, documents, photos and JSON."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

from socrata_practice.types.scalars import MaltypedError, clean_text, number, text

_NAMED_LINK = re.compile(r"(?s)(.*?)\s*\((\S+://\S+)\)")
_ADDRESS = re.compile(r"(?s)(.*?)\s*\(\s*([-+.\d]+)\s*,\s*([-+.\d]+)\s*\)\s*", re.ASCII)
_ADDRESS_KEYS = ("address", "city", "state", "zip")


def _whole(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError


def dump(value: Any) -> str:
    """Return compact JSON, in the order given."""
    return clean_text(json.dumps(value, separators=(",", ":"), ensure_ascii=False, default=_whole))


def _strings(value: dict[str, Any], keys: tuple[str, ...]) -> dict[str, str]:
    kept = {key: value[key] for key in keys if value.get(key) is not None}
    if not all(isinstance(part, str) for part in kept.values()):
        raise MaltypedError
    return kept


def url(value: Any) -> str | None:
    """Store a `{url, description}` object; a plain string silently becomes null (D, url)."""
    if isinstance(value, str):
        return None
    if not isinstance(value, dict):
        raise MaltypedError
    kept = _strings(value, ("url", "description"))
    return dump(kept) if kept else None


def url_csv(value: str) -> str | None:
    """Parse the JSON object as text, `Name (http://...)`, or a bare address."""
    if value.startswith("{"):
        return url(_json_object(value))
    named = _NAMED_LINK.fullmatch(value)
    if named:
        return dump({"url": named[2], "description": named[1]})
    return dump({"url": value})


def _json_object(value: str) -> Any:
    try:
        return json.loads(value)
    except (ValueError, RecursionError) as error:
        raise MaltypedError from error


def location(value: Any) -> str | None:
    """Store `{latitude, longitude, human_address}`; unreadable values silently become null."""
    if isinstance(value, str) or value is None:
        return None
    if not isinstance(value, dict):
        raise MaltypedError
    try:
        kept = _position(value) | _human_address(value.get("human_address"))
    except MaltypedError:
        return None
    return dump(kept) if kept else None


def _position(value: dict[str, Any]) -> dict[str, str]:
    latitude, longitude = value.get("latitude"), value.get("longitude")
    if latitude is None and longitude is None:
        return {}
    return {"latitude": _degrees(latitude, 90), "longitude": _degrees(longitude, 180)}


def _degrees(value: Any, most: int) -> str:
    written = number(value)
    if abs(Decimal(written)) > most:
        raise MaltypedError
    return written


def _human_address(value: Any) -> dict[str, str]:
    if value is None:
        return {}
    parts = _json_object(value) if isinstance(value, str) else value
    if not isinstance(parts, dict):
        raise MaltypedError
    known = _strings(parts, _ADDRESS_KEYS)
    return {"human_address": dump({key: known.get(key, "") for key in _ADDRESS_KEYS})}


def location_csv(value: str) -> str | None:
    """Parse the JSON object as text, or `address, city, ST zip (lat, lon)` in up to 3 lines."""
    if value.startswith("{"):
        try:
            return location(_json_object(value))
        except MaltypedError:
            return None
    match = _ADDRESS.fullmatch(value)
    if not match:
        return None
    written = {"address": " ".join(match[1].split())} if match[1].strip() else None
    return location({"latitude": match[2], "longitude": match[3], "human_address": written})


def document(value: Any) -> str:
    """Store `{file_id, content_type, filename}`."""
    if not isinstance(value, dict) or "file_id" not in value:
        raise MaltypedError
    return dump(_strings(value, ("file_id", "content_type", "filename")))


def json_value(value: Any) -> str:
    """Store any JSON, bare or wrapped as `{"json": ...}`."""
    wrapped = isinstance(value, dict) and set(value) == {"json"}
    return dump(value["json"] if wrapped else value)


def json_csv(value: str) -> str:
    """Parse a cell of JSON text."""
    return dump(_json_object(value))


def unwritable(value: Any) -> str:
    """Refuse a value of a type that the API cannot write."""
    raise MaltypedError(value)


def photo(value: Any) -> str:
    """Store a file's identifier."""
    return text(value) if isinstance(value, str) else unwritable(value)


def url_out(stored: Any) -> str:
    """Return a web address as shown in CSV."""
    parts = json.loads(stored)
    name, address = parts.get("description"), parts.get("url", "")
    return f"{name} ({address})" if name else address


def location_out(stored: Any) -> str:
    """Return a location as shown in CSV."""
    parts = json.loads(stored)
    spot = f"({parts['latitude']}, {parts['longitude']})" if "latitude" in parts else ""
    address = json.loads(parts.get("human_address", "{}"))
    lines = [address.get("address", ""), _city_line(address), spot]
    return "\n".join(line for line in lines if line)


def _city_line(address: dict[str, str]) -> str:
    region = " ".join(filter(None, (address.get("state"), address.get("zip"))))
    return ", ".join(filter(None, (address.get("city"), region)))
