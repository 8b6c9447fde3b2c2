"""Unmask passwords stored by DataSync 1.9.2 and later, according to its source.

They are masked, not protected: the key is stored with them. The AES of cryptography is used,
because the standard library has none.
"""

from __future__ import annotations

import base64
import binascii

#: Prefix of a masked password, before its initialization vector.
PREFIX = bytes((0x13, 0x0F, 0x03, 0x12, 0x01, 0x14, 0x01, 0x0F, 0x02, 0x06, 0x15, 0x13, 0x0A))

#: Size of the key, of the vector and of a block, in bytes.
_BLOCK = 16


def masked(password: str) -> bool:
    """True if a password is masked."""
    return _bytes(password).startswith(PREFIX)


def unmasked(password: str, junk: str) -> str | None:
    """Return the password in clear text, masked or not.

    `junk` is the key from the same preferences, in Base64. None if the key is missing or does not
    fit the password.
    """
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
    from cryptography.hazmat.primitives.padding import PKCS7

    if not masked(password):
        return password
    content, key = _bytes(password)[len(PREFIX) :], _bytes(junk)
    if len(key) != _BLOCK or len(content) < 2 * _BLOCK or len(content) % _BLOCK:
        return None
    decryptor = Cipher(algorithms.AES(key), modes.CBC(content[:_BLOCK])).decryptor()
    padded = decryptor.update(content[_BLOCK:]) + decryptor.finalize()
    unpadder = PKCS7(_BLOCK * 8).unpadder()
    try:
        return (unpadder.update(padded) + unpadder.finalize()).decode()
    except ValueError:
        return None


def _bytes(text: str) -> bytes:
    """Decode Base64 in either alphabet, padded or not; empty if invalid."""
    plain = text.strip().replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""
