"""Signatures of model folders with a key of one's own: OpenSSF Model Signing 1.0, without any network.

A signature is a Sigstore bundle (DSSE, in-toto) over the sha256 of every file, beside the model.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from mlops_actions.adapters.public_key import CURVES, refuse_no_public_key
from mlops_actions.errors import ConfigError, DependencyError, TrustError, installed_by

if TYPE_CHECKING:
    from pathlib import Path

_DIFFERENCES = (
    ("changed:", re.compile(r"Hash mismatch for '([^']*)'")),
    ("added:", re.compile(r"Extra files found in model '[^']*': ([^\"]*)\"")),
    ("missing:", re.compile(r"Missing files in model '[^']*': ([^\"]*)\"")),
)
MAX_SIGNATURE_BYTES = 50_000_000


def sign_folder(model: Path, signature: Path, private_key: Path) -> None:
    """Sign every file of a folder.

    Raises:
        ConfigError: no such key, or not one of an allowed curve.
        DependencyError: the library is not installed.
        TrustError: the folder cannot be signed.
    """
    library = _library()
    try:
        signer = library.signing.Config().use_elliptic_key_signer(private_key=private_key)
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise _no_key("the private key", private_key, error) from error
    try:
        signer.set_hashing_config(_everything(library)).sign(model, signature)
    except (OSError, ValueError) as error:
        raise TrustError(f"the model cannot be signed: {error}") from error


def verify_folder(model: Path, signature: Path, public_key: Path, name: str) -> None:
    """Return when the signature is of exactly these files and by that key.

    Raises:
        TrustError: it is not; or it is no signature.
        ConfigError, DependencyError: as for signing.
    """
    refuse_no_public_key(public_key, f"train.signing.public_key: {public_key.name}")
    library = _library()
    try:
        verifier = library.verifying.Config().use_elliptic_key_verifier(public_key=public_key)
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise _no_key("train.signing.public_key", public_key, error) from error
    hint = "Train it again, or find out who changed it; nothing is served or compared until then."
    if signature.is_symlink() or signature.stat().st_size > MAX_SIGNATURE_BYTES:
        raise TrustError(f"{name}: {signature.name} is no plain signature file", hint=hint)
    try:
        verifier.set_hashing_config(_everything(library)).verify(model, signature)
    except Exception as error:  # a damaged bundle ends in whatever its parsers raise
        raise TrustError(f"{name}: its signature does not hold: {_words(error)}", hint=hint) from error


def _words(error: Exception) -> str:
    """Which files are others than those signed, out of the library's lists of digests."""
    said = " ".join(str(error).replace("\\'", "'").split())
    found = [(word, names) for word, pattern in _DIFFERENCES for names in pattern.findall(said)]
    told = "; ".join(f"{word} {names}" for word, names in found)
    return (told or said or type(error).__name__)[:300]


def _everything(library: Any) -> Any:
    """All files: those of git are no exception in a folder that a server reads."""
    return library.hashing.Config().set_ignored_paths(paths=[], ignore_git_paths=False)


def _library() -> Any:
    try:
        import model_signing  # noqa: PLC0415 - 0.8 s, and only in the extra
    except ImportError as error:
        raise DependencyError(
            "model-signing is not installed", hint=f"{installed_by('sign')}; a key for models is given."
        ) from error
    return model_signing


def _no_key(what: str, path: Path, error: Exception) -> ConfigError:
    why = error.strerror if isinstance(error, OSError) else str(error).split("\n", maxsplit=1)[0]
    if isinstance(error, AttributeError):  # the library asks every key for its curve
        why = "no elliptic-curve key"
    return ConfigError(f"{what}: {path.name} cannot be used ({why}); allowed: {CURVES}")
