"""Whether a file holds a public key that signatures of models can be checked with; needs no library.

The form is SubjectPublicKeyInfo (RFC 5280, RFC 5480) in PEM (RFC 7468), as `openssl pkey -pubout` writes it.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING

from mlops_actions.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

CURVES = "PEM of an elliptic-curve key: P-256, P-384 or P-521"
MAKE = (
    "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem makes a pair; "
    "openssl pkey -in key.pem -pubout -out model.pub is what is committed."
)
REVOKE = (
    "Take it out of use now and make another pair: whoever can read this repository can sign models with it, "
    "and removing the file does not remove it from the history. Commit the public half alone."
)
_MAX_BYTES = 10_000
_PRIVATE = re.compile(rb"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----")
_PUBLIC = re.compile(rb"-----BEGIN PUBLIC KEY-----(.+?)-----END PUBLIC KEY-----", re.DOTALL)
_ELLIPTIC = bytes.fromhex("06072a8648ce3d0201")
_OTHERS = {
    bytes.fromhex("06092a864886f70d010101"): "an RSA key",
    bytes.fromhex("06032b6570"): "an Ed25519 key",
    bytes.fromhex("06032b6571"): "an Ed448 key",
}
_COORDINATE = {  # bytes of one coordinate, by the identifier of the curve
    bytes.fromhex("06082a8648ce3d030107"): 32,
    bytes.fromhex("06052b81040022"): 48,
    bytes.fromhex("06052b81040023"): 66,
}
_HEAD = 40  # bytes: the identifiers stand before the key itself


def refuse_no_public_key(path: Path, shown: str) -> None:
    """Return when the file holds one public key of an allowed curve.

    Raises:
        ConfigError: there is no such file, it is something else, or it is the private key.
    """
    try:
        with path.open("rb") as file:
            text = file.read(_MAX_BYTES + 1)
    except FileNotFoundError:
        raise ConfigError(f"{shown}: no such file", hint=MAKE) from None
    except OSError as error:
        raise ConfigError(f"{shown}: cannot be read ({error.strerror})", hint=MAKE) from None
    if _PRIVATE.search(text):
        raise ConfigError(f"{shown}: this is a private key, and it is public now", hint=REVOKE)
    if why := _unfit(text):
        raise ConfigError(f"{shown}: {why}; allowed: {CURVES}", hint=MAKE)


def _unfit(text: bytes) -> str:
    """Why it is no such key, or nothing."""
    found = _PUBLIC.findall(text)
    if len(found) != 1:
        return "no public key in PEM" if not found else f"{len(found)} keys, where one is needed"
    try:
        der = base64.b64decode(b"".join(found[0].split()), validate=True)
    except binascii.Error:
        return "its PEM is damaged"
    head = der[:_HEAD]
    if other := next((words for sign, words in _OTHERS.items() if sign in head), ""):
        return other
    size = next((size for sign, size in _COORDINATE.items() if _ELLIPTIC + sign in head), 0)
    if not size:
        return "a key of another curve" if _ELLIPTIC in head else "a key of another kind"
    whole, compressed = b"\x00\x04", (b"\x00\x02", b"\x00\x03")
    point = der[-2 * size - 2 :][:2] == whole or der[-size - 2 :][:2] in compressed
    return "" if point else "its key is damaged"
