"""A file that is replaced while a stage reads it: an error, and no result of two files under one sha256."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from mlops_actions.adapters.datasets.rows import write_parquet
from mlops_actions.errors import InputError
from mlops_actions.stages import data_at_hand, evaluate, evaluation_data, model_checks, scan, train, validate
from tests.stages.small import CONFIG, SCHEMA, make_small, rows
from tests.stages.world import FakePort, good_model, make_context

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mlops_actions.stages.context import RunContext

REFERENCES = "references: [{columns: [city], file: data/cities.csv}]\n"


@pytest.fixture(autouse=True)
def _no_model_is_fitted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_checks, "find_spec", lambda _: None)


def _replace(path: Path) -> None:
    """Another file in its place, as a writer that does it well."""
    new = path.with_name("new")
    if path.suffix == ".parquet":
        write_parquet(new, rows(240, "C"))
    else:
        new.write_text(path.read_text() + "Bergen\n")
    new.replace(path)


def _after(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, change: Callable[[], object]) -> None:
    """Something happens right after the first call of a function."""
    before = getattr(module, name)
    done: list[bool] = []

    def wrapped(*given: Any, **named: Any) -> Any:
        answer = before(*given, **named)
        if not done:
            done.append(True)
            change()
        return answer

    monkeypatch.setattr(module, name, wrapped)


@pytest.mark.parametrize(
    ("where", "shown"),
    [
        ("head/data/train.parquet", "data/train.parquet"),
        ("base/data/evaluation.parquet", "data/evaluation.parquet"),
        ("base/data/train.parquet", "data/train.parquet at bbbbbbbbbbbb"),
        ("base/data/log.parquet", "data/log.parquet"),
        ("base/data/cities.csv", "data/cities.csv"),
    ],
)
@pytest.mark.parametrize(
    ("module", "name"),
    [
        (scan, "profile_columns"),
        (validate, "measured"),
        (validate, "model_checks"),
        (validate, "with_places"),
    ],
)
def test_validation_tells_a_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str, shown: str, module: Any, name: str
) -> None:
    context = _context(tmp_path)
    _after(monkeypatch, module, name, lambda: _replace(tmp_path / where))
    _refused(context, shown)


@pytest.mark.parametrize("name", ["records_of", "opened", "compared_files", "_check_names"])
def test_from_the_digest_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    context = _context(tmp_path)
    _after(monkeypatch, validate, name, lambda: _replace(context.root / "data" / "train.parquet"))
    _refused(context, "data/train.parquet")


def _context(tmp_path: Path) -> RunContext:
    """Every role has a file of its own."""
    config = CONFIG.replace("  target:", "  serving_log: data/log.parquet\n  target:")
    context = make_small(tmp_path, head=config, base=config)
    for folder in (tmp_path / "head", tmp_path / "base"):
        (folder / "mlops" / "schema.yaml").write_text(SCHEMA + REFERENCES)
        write_parquet(folder / "data" / "log.parquet", rows(50, "C"))
        (folder / "data" / "cities.csv").write_text("city\nOslo\nBergen\n")
    write_parquet(context.root / "data" / "train.parquet", rows(273, "C"))
    return context


def _refused(context: RunContext, shown: str) -> None:
    with pytest.raises(InputError) as caught:
        validate.run(context)
    hint = "Let what writes it finish, then start again."
    assert str(caught.value) == f"{shown}: changed while it was read. {hint}"
    assert not context.results.has("dataset")


def test_a_record_is_of_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_parquet(tmp_path / "x.parquet", rows(5, "C"))
    _after(monkeypatch, data_at_hand, "digest_of", lambda: _replace(tmp_path / "x.parquet"))
    with pytest.raises(InputError, match=r"^x\.parquet: changed while it was read"):
        data_at_hand.record_of("train", tmp_path / "x.parquet", "x.parquet")


def test_so_is_a_profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_parquet(tmp_path / "x.parquet", rows(5, "C"))
    _after(monkeypatch, scan, "open_scanner", lambda: _replace(tmp_path / "x.parquet"))
    with pytest.raises(InputError, match=r"^x\.parquet: changed while it was read"):
        scan.profile_of("train", tmp_path / "x.parquet", "x.parquet")


def test_evaluation_tells_a_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context = make_context(tmp_path)
    port = FakePort({"candidate": good_model})
    train.run(context, port)
    path = (context.base_root or context.root) / (context.config.data.evaluation or "")
    _after(monkeypatch, evaluation_data, "column_names", lambda: path.write_bytes(path.read_bytes()))
    with pytest.raises(InputError, match="changed while it was read"):
        evaluate.run(context, port)
    assert not context.results.has("evaluation")


def test_so_does_training(tmp_path: Path) -> None:
    context = make_context(tmp_path)

    class Port(FakePort):
        """Its training finds other rows than those that were digested."""

        def train(self, *given: Any, **named: Any) -> Any:
            path = context.root / context.config.data.train
            path.write_bytes(path.read_bytes() + b"\n")
            return super().train(*given, **named)

    with pytest.raises(InputError, match=f"^{context.config.data.train}: changed while it was read"):
        train.run(context, Port({"candidate": good_model}))
    assert not context.results.has("training")
