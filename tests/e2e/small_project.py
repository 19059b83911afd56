"""A small project outside git, and the program run on it in this process."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from mlops_actions.adapters.datasets.rows import write_parquet
from mlops_actions.cli import main

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

CONFIG = """\
version: 1
project: small
business:
  kpis:
    - id: money
      title: Money
      row_value: prediction * amount
data:
  train: data/train.csv
  evaluation: data/evaluation.parquet
  target: label
  key: id
  schema: schema.yaml
predictions: {candidate: predictions.parquet}
evaluate:
  metrics: [roc_auc]
  slices: [region]
  resamples: 200
gate:
  rules:
    - {metric: roc_auc, minimum: 0.5}
    - {kpi: money, minimum: 0}
"""
SCHEMA = """\
version: 1
columns:
  id: {type: string}
  amount: {type: number}
  region: {type: string}
  label: {type: integer}
"""
ROWS = 120
LABELS = [int(row % 3 == 0) for row in range(ROWS)]
IDS = [f"c{row}" for row in range(ROWS)]
SCORES = [0.6 + row / 1000 if label else 0.1 + row / 250 for row, label in enumerate(LABELS)]
COLUMNS: dict[str, list[object]] = {
    "id": list(IDS),
    "amount": [119.5 - row for row in range(ROWS)],
    "region": [("north", "south")[row % 2] for row in range(ROWS)],
    "label": list(LABELS),
}
TRAIN = "id,amount,region,label\n" + "".join(
    f"t{row},{row}.5,{('north', 'south')[row % 2]},{LABELS[row]}\n" for row in range(ROWS)
)
RUNNER = ("GITHUB_ACTIONS", "GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "MLOPS_EXPECT")


@dataclass(frozen=True)
class Said:
    """What a command wrote and how it ended."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Project:
    """A folder with the project; commands run inside it."""

    root: Path
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    def edit(self, name: str, changes: Mapping[str, str]) -> None:
        """Replace parts of a text file, each of which must be there."""
        text = (self.root / name).read_text()
        for old, new in changes.items():
            assert old in text, old
            text = text.replace(old, new)
        (self.root / name).write_text(text)

    def predictions(self, ids: Sequence[str], scores: Sequence[object], name: str = "row_id") -> None:
        """Other predictions."""
        write_parquet(self.root / "predictions.parquet", {name: ids, "score": scores})

    def run(self, *arguments: str) -> Said:
        """`mlops <arguments>`."""
        self.monkeypatch.chdir(self.root)
        self.monkeypatch.setattr(sys, "argv", ["mlops", *arguments])
        for name in RUNNER:
            self.monkeypatch.delenv(name, raising=False)
        self.capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        written = self.capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return Said(ended.value.code, written.out, written.err)


def make_project(root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Project:
    """A project on which every command succeeds."""
    (root / "data").mkdir(parents=True)
    (root / "mlops.yaml").write_text(CONFIG)
    (root / "schema.yaml").write_text(SCHEMA)
    (root / "data" / "train.csv").write_text(TRAIN)
    write_parquet(root / "data" / "evaluation.parquet", COLUMNS)
    project = Project(root, monkeypatch, capsys)
    project.predictions(IDS, SCORES)
    return project
