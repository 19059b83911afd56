"""A project of a few hundred rows in a temporary folder, as head and as base, and its run's context."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from mlops_actions.adapters.datasets.rows import write_parquet
from mlops_actions.adapters.results_folder import ResultsFolder
from mlops_actions.config.parse import parse
from mlops_actions.results.dataset import CheckResult, DatasetResult
from mlops_actions.results.envelope import Source, Trust
from mlops_actions.stages import validate
from mlops_actions.stages.context import Policy, RunContext
from tests.stages.world import START, Said

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlops_actions.stages.context import StageOutcome

CONFIG = """\
version: 1
project: small
data:
  train: data/train.parquet
  evaluation: data/evaluation.parquet
  target: churned
  key: customer
  sensitive: [gender]
  schema: mlops/schema.yaml
evaluate:
  task: binary
  metrics: [roc_auc]
"""
SCHEMA = """\
version: 1
columns:
  customer: {type: string, nullable: false, unique: true, pattern: "^[CE][0-9]{4}$"}
  gender: {type: string, nullable: false, categories: [f, m]}
  city: {type: string, nullable: false, categories: [Oslo, Bergen], distribution: {max_share: 0.6}}
  visits: {type: integer, nullable: false, minimum: 0, maximum: 6, distribution: {mean: [2.5, 3.5]}}
  churned: {type: integer, nullable: false, categories: [0, 1]}
"""
FEATURES = ("city", "visits")
SPLITS = {"train": (280, "C"), "evaluation": (210, "E")}
Rows = dict[str, list[Any]]


def rows(count: int, letter: str) -> Rows:
    """Rows without a fault: the label follows the visits."""
    return {
        "customer": [f"{letter}{index:04d}" for index in range(count)],
        "gender": [("f", "m")[index % 2] for index in range(count)],
        "city": [("Oslo", "Bergen")[index // 2 % 2] for index in range(count)],
        "visits": [index % 7 for index in range(count)],
        "churned": [int(index % 7 > 4) for index in range(count)],
    }


@cache
def _parquet(split: str) -> bytes:
    """The file of a split, written once a session."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "rows.parquet"
        write_parquet(path, rows(*SPLITS[split]))
        return path.read_bytes()


def write_project(folder: Path, text: str = CONFIG, schema: str = SCHEMA) -> None:
    """mlops.yaml, schema and both splits."""
    (folder / "mlops").mkdir(parents=True)
    (folder / "mlops.yaml").write_text(text, encoding="utf-8")
    (folder / "mlops" / "schema.yaml").write_text(schema, encoding="utf-8")
    (folder / "data").mkdir()
    for split in SPLITS:
        (folder / "data" / f"{split}.parquet").write_bytes(_parquet(split))


def make_small(
    tmp_path: Path, *, head: str = CONFIG, base: str | None = CONFIG, judge: str | None = None, **more: Any
) -> RunContext:
    """A context of head's text under base's (None: no base commit).

    Args:
        tmp_path: of the test; gets head/, base/ and work/.
        head: mlops.yaml at head.
        base: mlops.yaml at base.
        judge: the text in force; default: the base's where there is one.
        more: fields of the context that differ.
    """
    write_project(tmp_path / "head", head)
    if base is not None:
        write_project(tmp_path / "base", base)
    (tmp_path / "work").mkdir()
    ticks = iter(START + timedelta(seconds=index) for index in range(1000))
    named = {"head": head, "base": base if base is not None else head}
    parsed = {name: parse(text, "mlops.yaml") for name, text in named.items()}
    in_force = parse(judge, "mlops.yaml") if judge is not None else parsed["base"]
    values: dict[str, Any] = {
        "root": tmp_path / "head",
        "config_file": "mlops.yaml",
        "policy": Policy(
            in_force,
            parsed["head"],
            parsed["base"] if base is not None else None,
            base_sha="b" * 40 if base is not None else "",
            origin="judged by bbbbbbbbbbbb (the test)",
        ),
        "results": ResultsFolder(tmp_path / "head" / ".mlops" / "results", sha="a" * 40),
        "work": tmp_path / "work",
        "source": Source(sha="a" * 40),
        "trust": Trust.TRUSTED,
        "tool_version": "0",
        "clock": lambda: next(ticks),
        "progress": Said(),
        "base_root": tmp_path / "base" if base is not None else None,
    }
    return RunContext(**{**values, **more})


def put(
    context: RunContext, split: str, changes: Mapping[str, list[Any] | None], *, where: str = "head"
) -> None:
    """Write a split anew with some columns replaced, added, or (None) left out."""
    folder = context.root if where == "head" else context.root.parent / "base"
    values: dict[str, Any] = {**rows(*SPLITS[split]), **changes}
    kept = {name: column for name, column in values.items() if column is not None}
    write_parquet(folder / "data" / f"{split}.parquet", kept)


def run(context: RunContext) -> tuple[StageOutcome, DatasetResult]:
    """Validate, and read back what was written."""
    outcome = validate.run(context)
    payload = context.results.read("dataset", DatasetResult)[0].payload
    assert isinstance(payload, DatasetResult)
    return outcome, payload


def found(payload: DatasetResult, identifier: str, subject: str = "", role: str = "") -> CheckResult:
    """The one result of that check, on that subject and split."""
    (seen,) = [
        each
        for each in payload.checks
        if each.id == identifier
        and each.subject == (subject or each.subject)
        and each.role == (role or each.role)
    ]
    return seen
