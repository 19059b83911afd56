"""A model is signed when a key is given, and one whose bytes changed is never served, compared or reused."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from mlops_actions.errors import ConfigError, TrustError
from mlops_actions.stages import train
from mlops_actions.stages.check_config import check_config
from mlops_actions.stages.containers import ContainerPort
from tests.keys import make_keys
from tests.stages.trained_small import evaluated, make_trained, text, trained
from tests.stages.world import Said

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_actions.stages.context import RunContext

SIGNING = "  signing: {public_key: mlops/model.pub}\n"


@pytest.fixture
def make(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> RunContext:
    """A project that declares a public key, and the private one given."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
    private, public = make_keys(tmp_path)
    context = make_trained(tmp_path, text("fit", reproduce=1, more=SIGNING))
    (context.root / "mlops" / "model.pub").write_bytes(public.read_bytes())
    monkeypatch.setenv("MLOPS_SIGNING_KEY", str(private))
    return context


def test_signed_and_verified_before_it_is_served(make: RunContext) -> None:
    run = trained(make)["candidate"]
    assert run.signature == "models/candidate/model.sig"
    assert len(run.signature_sha256) == 64
    assert evaluated(make).n == 210


@pytest.mark.parametrize("name", ["model/model.json", "model.sig"])
def test_a_changed_byte_is_refused(make: RunContext, name: str) -> None:
    trained(make)
    place = make.results.folder / "models" / "candidate" / name
    place.write_bytes(place.read_bytes().replace(b"0", b"1", 1))
    with pytest.raises(TrustError, match=r"candidate: (its model|model\.sig) was changed after the training"):
        evaluated(make)


def test_without_a_key_a_changed_byte_is_refused_as_well(
    make: RunContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MLOPS_SIGNING_KEY")
    assert trained(make)["candidate"].signature == ""
    assert evaluated(make).n == 210
    (make.results.folder / "models" / "candidate" / "model" / "model.json").write_text("{}")
    with pytest.raises(TrustError, match="candidate: its model was changed after the training"):
        evaluated(make)


def test_another_key_than_the_declared_one_signs_nothing(
    make: RunContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    private, _ = make_keys(tmp_path, "other")
    monkeypatch.setenv("MLOPS_SIGNING_KEY", str(private))
    with pytest.raises(TrustError, match="Key mismatch"):
        train.run(make, ContainerPort("process"))


@pytest.mark.parametrize("broken", ["gone", "private"])
def test_an_unusable_public_key_is_told_with_its_line_before_anything_is_trained(
    make: RunContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    public = make.root / "mlops" / "model.pub"
    public.unlink()
    if broken == "private":
        public.write_bytes(make_keys(tmp_path, "other")[0].read_bytes())

    def never(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(ContainerPort, "train", never)
    with pytest.raises(ConfigError, match=r"train\.signing\.public_key: mlops/model\.pub: ") as caught:
        train.run(make, ContainerPort("process"))
    assert caught.value.problems[0].location is not None
    assert caught.value.problems[0].location.line
    monkeypatch.delenv("MLOPS_SIGNING_KEY")
    with pytest.raises(ConfigError):
        check_config(make)


def test_a_key_in_the_repository_is_refused(make: RunContext, monkeypatch: pytest.MonkeyPatch) -> None:
    private, _ = make_keys(make.root)
    monkeypatch.setenv("MLOPS_SIGNING_KEY", str(private))
    with pytest.raises(ConfigError, match="an absolute path outside the repository"):
        train.run(make, ContainerPort("process"))


def test_the_code_that_is_trained_is_not_told(make: RunContext) -> None:
    program = make.root / "train.py"
    program.write_text(program.read_text() + "assert 'MLOPS_SIGNING_KEY' not in os.environ\n")
    assert trained(make)["candidate"].signature


def test_an_earlier_model_is_reused_with_its_signature_only(
    make: RunContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLOPS_MODEL_CACHE", str(tmp_path / "kept"))
    trained(make)
    again = trained(make)["candidate"]
    assert again.reused is not None
    assert again.signature
    assert evaluated(make).n == 210
    private, public = make_keys(tmp_path, "new")
    (make.root / "mlops" / "model.pub").write_bytes(public.read_bytes())
    os.utime(make.root / "mlops" / "model.pub")
    monkeypatch.setenv("MLOPS_SIGNING_KEY", str(private))
    assert trained(make)["candidate"].reused is None
    assert isinstance(make.progress, Said)


def test_an_unsigned_earlier_model_is_not_reused_where_a_key_is_declared(
    make: RunContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLOPS_MODEL_CACHE", str(tmp_path / "kept"))
    monkeypatch.delenv("MLOPS_SIGNING_KEY")
    trained(make)
    assert trained(make)["candidate"].reused is None
    assert isinstance(make.progress, Said)
    assert "train candidate anew: candidate: it is not signed" in make.progress.steps
