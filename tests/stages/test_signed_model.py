"""A model is signed when a key is given, and one whose bytes changed is never served, compared or reused."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from mlops_actions.adapters.results_folder import ResultsFolder
from mlops_actions.errors import ConfigError, TrustError
from mlops_actions.results.training import TrainingResult
from mlops_actions.stages import report, train
from mlops_actions.stages.check_config import check_config
from mlops_actions.stages.containers import ContainerPort
from mlops_actions.stages.evaluation_lines import evaluation_lines
from mlops_actions.stages.signed_model import check_models
from tests.keys import make_keys
from tests.stages.trained_small import evaluated, make_trained, text, trained
from tests.stages.world import Said

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
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


def flip(place: Path) -> None:
    content = bytearray(place.read_bytes())
    content[len(content) // 2] ^= 1
    place.write_bytes(content)


def strip(results: Path) -> None:
    """As if no key had ever been given."""
    record = json.loads((results / "training.json").read_text())
    for run in record["payload"]["runs"]:
        run["signature"] = run["signature_sha256"] = ""
    (results / "training.json").write_text(json.dumps(record))


TAMPERINGS: dict[str, Callable[[Path], object]] = {
    "model": lambda results: flip(results / "models/candidate/model/model.json"),
    "baseline": lambda results: flip(results / "models/baseline/model/model.json"),
    "added file": lambda results: (results / "models/candidate/model/more").write_text(""),
    "added folder": lambda results: (results / "models/candidate/model/more").mkdir(),
    "link": lambda results: (results / "models/candidate/model/more").symlink_to("model.json"),
    "signature": lambda results: flip(results / "models/candidate/model.sig"),
    "no signature": lambda results: (results / "models/candidate/model.sig").unlink(),
    "signature not told of": strip,
    "bill of materials": lambda results: flip(results / "sbom.candidate.cdx.json"),
}


@pytest.fixture(scope="module")
def evaluated_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunContext]:
    """Trained, signed and evaluated, and the evaluation kept for later runs."""
    folder = tmp_path_factory.mktemp("signed")
    private, public = make_keys(folder)
    context = make_trained(folder, text("fit", reproduce=1, more=SIGNING), base=True)
    for root in (context.root, context.base_root):
        assert root is not None
        (root / "mlops" / "model.pub").write_bytes(public.read_bytes())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
        patch.setenv("MLOPS_MODEL_CACHE", str(folder / "kept"))
        patch.setenv("MLOPS_SIGNING_KEY", str(private))
        trained(context)
        evaluated(context)
        later = replace(context, results=ResultsFolder(context.results.folder, sha="a" * 40))
        assert evaluated(later).reused is not None
        yield later


def anew(context: RunContext) -> RunContext:
    """As another process has it, which knows no digest of an earlier stage's file."""
    return replace(context, results=ResultsFolder(context.results.folder, sha="a" * 40))


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_no_earlier_evaluation_speaks_for_a_changed_model(evaluated_once: RunContext, tampering: str) -> None:
    results = evaluated_once.results.folder
    shutil.copytree(results, results.parent / "before", symlinks=True)
    try:
        TAMPERINGS[tampering](results)
        with pytest.raises(TrustError, match=r"candidate: |baseline: |model file more"):
            evaluated(anew(evaluated_once))
        report.run(anew(evaluated_once))
        assert not (results / "model-card.md").exists()
    finally:
        shutil.rmtree(results)
        shutil.move(results.parent / "before", results)
    report.run(anew(evaluated_once))
    assert (results / "model-card.md").exists()


@pytest.mark.parametrize("event", ["local", "pull_request", "merge_group", "workflow_run"])
def test_a_signature_that_nothing_tells_of_is_refused_on_every_event(
    evaluated_once: RunContext, monkeypatch: pytest.MonkeyPatch, event: str
) -> None:
    results = evaluated_once.results.folder
    before = (results / "training.json").read_bytes()
    monkeypatch.delenv("MLOPS_SIGNING_KEY")
    source = evaluated_once.source.model_copy(update={"event": event})
    context = replace(
        anew(evaluated_once), source=source, pull_request_event=True, triggered_by="pull_request"
    )
    strip(results)
    payload = context.results.read("training", TrainingResult)[0].payload
    assert isinstance(payload, TrainingResult)
    try:
        with pytest.raises(TrustError, match=r"candidate: model\.sig lies beside it"):
            check_models(context, payload)
    finally:
        (results / "training.json").write_bytes(before)


@pytest.mark.parametrize(("event", "pull_request", "triggered_by", "refused"), [
    ("local", False, "", False), ("pull_request", True, "", False), ("merge_group", False, "", False),
    ("push", False, "", True), ("schedule", False, "", True), ("workflow_dispatch", False, "", True),
    ("workflow_run", True, "pull_request", False), ("workflow_run", True, "merge_group", False),
    ("workflow_run", True, "push", True), ("workflow_run", True, "", True),
])  # fmt: skip
def test_without_the_key_an_unsigned_model_is_told_of_or_refused(
    evaluated_once: RunContext,
    monkeypatch: pytest.MonkeyPatch,
    event: str,
    pull_request: bool,
    triggered_by: str,
    refused: bool,
) -> None:
    results = evaluated_once.results.folder
    before = (results / "training.json").read_bytes()
    monkeypatch.delenv("MLOPS_SIGNING_KEY")
    source = evaluated_once.source.model_copy(update={"event": event})
    context = replace(
        anew(evaluated_once), source=source, pull_request_event=pull_request, triggered_by=triggered_by
    )
    strip(results)
    signatures = {path: path.read_bytes() for path in results.glob("models/*/model.sig")}
    for path in signatures:
        path.unlink()
    payload = context.results.read("training", TrainingResult)[0].payload
    assert isinstance(payload, TrainingResult)
    try:
        if refused:
            with pytest.raises(TrustError, match="candidate: it is not signed"):
                check_models(context, payload)
        else:
            told = "not signed (no key in this run), although a public key is declared: candidate, baseline"
            assert check_models(context, payload) == (told,)
            evaluated_payload = evaluated(context)
            assert evaluated_payload.notes[0] == told
            assert told in evaluation_lines(evaluated_payload)
            report.run(context)
            assert told in (results / "report.md").read_text()
    finally:
        (results / "training.json").write_bytes(before)
        for path, signature in signatures.items():
            path.write_bytes(signature)
