"""What a public key is, told without a library; the library itself agrees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from mlops_actions.adapters.public_key import refuse_no_public_key
from mlops_actions.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

RSA = rsa.generate_private_key(65537, 2048)
ELLIPTIC = ec.generate_private_key(ec.SECP256R1())


def public(key: Any) -> bytes:
    text: bytes = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return text


def private(key: Any, form: PrivateFormat) -> bytes:
    text: bytes = key.private_bytes(Encoding.PEM, form, NoEncryption())
    return text


@pytest.mark.parametrize("curve", [ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1()], ids=lambda c: c.name)
def test_keys_of_the_allowed_curves(tmp_path: Path, curve: ec.EllipticCurve) -> None:
    (tmp_path / "k").write_bytes(b"a comment\n" + public(ec.generate_private_key(curve)))
    refuse_no_public_key(tmp_path / "k", "k")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (public(RSA), "k: an RSA key; allowed: PEM of an elliptic-curve key"),
        (public(ed25519.Ed25519PrivateKey.generate()), "an Ed25519 key"),
        (public(ec.generate_private_key(ec.SECP256K1())), "another curve"),
        (b"id,x\n1,2\n", "no public key in PEM"),
        (b"", "no public key in PEM"),
        (public(ELLIPTIC) * 2, "2 keys, where one is needed"),
        (public(ELLIPTIC).replace(b"M", b"!", 1), "damaged"),
        (public(ELLIPTIC)[:90] + b"\n-----END PUBLIC KEY-----\n", "damaged"),
        (private(ELLIPTIC, PrivateFormat.PKCS8), "private key, and it is public now"),
        (private(ELLIPTIC, PrivateFormat.TraditionalOpenSSL), "private key, and it is public now"),
        (private(RSA, PrivateFormat.PKCS8), "private key, and it is public now"),
        (public(ELLIPTIC) + private(ELLIPTIC, PrivateFormat.PKCS8), "private key, and it is public now"),
    ],
)
def test_everything_else_is_named(tmp_path: Path, text: bytes, why: str) -> None:
    (tmp_path / "k").write_bytes(text)
    with pytest.raises(ConfigError, match=why) as caught:
        refuse_no_public_key(tmp_path / "k", "k")
    assert ("Take it out of use now" in caught.value.hint) is ("private" in why)


def test_no_file_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="k: no such file"):
        refuse_no_public_key(tmp_path / "k", "k")
    with pytest.raises(ConfigError, match=r"k: cannot be read \(Is a directory\)"):
        refuse_no_public_key(tmp_path, "k")
