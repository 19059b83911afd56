"""A signature holds for exactly the files that were signed, with exactly that key."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from mlops_actions.adapters.signing import sign_folder, verify_folder
from mlops_actions.errors import ConfigError, TrustError
from tests.keys import make_keys

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def signed(tmp_path: Path) -> tuple[Path, Path, Path]:
    """A model, its signature, and the public key."""
    private, public = make_keys(tmp_path)
    model = tmp_path / "model"
    (model / "sub").mkdir(parents=True)
    (model / "model.bin").write_bytes(bytes(range(256)) * 100)
    (model / "sub" / "more.json").write_text("{}")
    sign_folder(model, tmp_path / "model.sig", private)
    return model, tmp_path / "model.sig", public


def test_it_holds_and_the_library_s_own_program_says_so(signed: tuple[Path, Path, Path]) -> None:
    model, signature, public = signed
    verify_folder(model, signature, public, "candidate")
    program = [sys.executable, "-m", "model_signing", "verify", "key", str(model)]
    options = ["--signature", str(signature), "--public_key", str(public)]
    done = subprocess.run([*program, *options], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr


def flip(model: Path) -> None:
    data = bytearray((model / "model.bin").read_bytes())
    data[12345] ^= 1
    (model / "model.bin").write_bytes(data)


def rename(model: Path) -> None:
    (model / "model.bin").rename(model / "model.bim")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (flip, "does not hold: changed: model.bin. Train it again"),
        (rename, "does not hold: added: model.bim; missing: model.bin. "),
        (lambda model: (model / "more").write_text(""), "does not hold: added: more. "),
        (lambda model: (model / ".gitignore").write_text(""), "added: .gitignore"),
        (lambda model: (model / "sub" / "more.json").unlink(), "missing: sub/more.json"),
        (lambda model: (model / "link").symlink_to("model.bin"), ""),
    ],
)
def test_any_other_file_breaks_it(
    signed: tuple[Path, Path, Path], change: Callable[[Path], object], words: str
) -> None:
    model, signature, public = signed
    change(model)
    with pytest.raises(TrustError, match="candidate: its signature does not hold") as refused:
        verify_folder(model, signature, public, "candidate")
    assert words in str(refused.value)


def test_another_key_is_refused(signed: tuple[Path, Path, Path], tmp_path: Path) -> None:
    model, signature, _ = signed
    _, other = make_keys(tmp_path, "other")
    with pytest.raises(TrustError, match="Key mismatch"):
        verify_folder(model, signature, other, "candidate")


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"\xff\xfe", b'{"mediaType": "x"}'])
def test_what_is_no_signature_is_refused(signed: tuple[Path, Path, Path], content: bytes) -> None:
    model, signature, public = signed
    signature.write_bytes(content)
    with pytest.raises(TrustError, match="its signature does not hold"):
        verify_folder(model, signature, public, "candidate")


@pytest.mark.parametrize("content", ["", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"])
def test_a_key_that_is_none_is_told(signed: tuple[Path, Path, Path], content: str) -> None:
    model, signature, public = signed
    public.write_text(content)
    with pytest.raises(
        ConfigError, match=r"train.signing.public_key: key.pub: .*allowed: PEM of an elliptic-curve key"
    ):
        verify_folder(model, signature, public, "candidate")
    with pytest.raises(ConfigError, match=r"the private key: key.pub cannot be used"):
        sign_folder(model, signature, public)


def test_the_library_is_imported_when_it_is_needed_only() -> None:
    names = ("train", "containers", "report", "evaluate")
    code = f"import sys, {', '.join(f'mlops_actions.stages.{name}' for name in names)};"
    code += "heavy = {'model_signing', 'cyclonedx', 'sigstore', 'cryptography'};"
    code += "sys.exit(sum(name.split('.')[0] in heavy for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
