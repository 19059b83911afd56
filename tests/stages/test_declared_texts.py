"""Columns that the schema declares to be text are read as text from every file of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from mlops_actions.results.verdict import Outcome
from mlops_actions.stages import model_checks
from tests.stages.small import CONFIG, SCHEMA, SPLITS, found, make_small, rows, run

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_actions.stages.context import RunContext

CSV = CONFIG.replace(".parquet", ".csv").replace("  schema:", "  serving_log: data/log.csv\n  schema:")
COLUMNS = """\
  post: {type: string, pattern: "^[0-9]{4}$", min_length: 4}
  release: {type: string, categories: ["1.10", "1.1", "2"]}
  day: {type: string, pattern: "^2024-1-[0-9]$"}
  open: {type: string, pattern: "^[0-9]{1,2}:[0-9]{2}$", max_length: 5}
  paid: {type: string, categories: ["TRUE", "false"]}
"""
REFERENCE = "references: [{columns: [release], file: data/releases.csv, file_columns: [name]}]\n"


@pytest.fixture(autouse=True)
def _no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_checks, "find_spec", lambda _: None)


def texts(count: int) -> dict[str, list[Any]]:
    """Values that look like numbers, dates, times and booleans."""
    return {
        "post": [f"{1000 + at % 50}" for at in range(count)],
        "release": [("1.10", "1.1", "2")[at % 3] for at in range(count)],
        "day": [f"2024-1-{1 + at % 9}" for at in range(count)],
        "open": [f"{8 + at % 4}:30" for at in range(count)],
        "paid": [("TRUE", "false")[at % 2] for at in range(count)],
    }


def written(path: Path, columns: dict[str, list[Any]]) -> None:
    """Without quotes."""
    lines = [",".join(columns), *(",".join(map(str, row)) for row in zip(*columns.values(), strict=True))]
    path.write_text("\n".join(lines) + "\n")


def project(tmp_path: Path, releases: str = "name\n1.10\n1.1\n2\n") -> RunContext:
    """Head and base with the same CSV files."""
    context = make_small(tmp_path, head=CSV, base=CSV)
    for folder in (tmp_path / "head", tmp_path / "base"):
        (folder / "mlops" / "schema.yaml").write_text(SCHEMA + COLUMNS + REFERENCE)
        (folder / "data" / "releases.csv").write_text(releases)
        for name, (count, letter) in {**SPLITS, "log": (280, "C")}.items():
            written(folder / "data" / f"{name}.csv", {**rows(count, letter), **texts(count)})
    return context


def changed(path: Path, column: str, value: str) -> None:
    """In the first row."""
    lines = [line.split(",") for line in path.read_text().splitlines()]
    lines[1][lines[0].index(column)] = value
    path.write_text("\n".join(map(",".join, lines)) + "\n")


def test_they_keep_to_their_rules_in_every_split(tmp_path: Path) -> None:
    context = project(tmp_path)
    changed(context.root / "data" / "train.csv", "visits", "1")  # so that there is a reference
    _, payload = run(context)
    assert [each.sentence for each in payload.checks if each.outcome is Outcome.FAIL] == []
    kinds = {each.role: {column.name: column.type for column in each.columns} for each in payload.datasets}
    assert set(kinds) == {"train", "evaluation", "serving_log", "reference"}
    for role, columns in kinds.items():
        assert {columns[name] for name in texts(1)} == {"string"}, role
        assert columns["visits"] == "integer"


@pytest.mark.parametrize("value", ["0100", "24:30", "x"])
@pytest.mark.parametrize("column", ["post", "release", "day", "open", "paid"])
def test_one_cell_that_changes_is_one_row(tmp_path: Path, column: str, value: str) -> None:
    context = project(tmp_path)
    for split in SPLITS:
        changed(context.root / "data" / f"{split}.csv", column, value)
    train, evaluation = run(context)[1].data_changes
    assert train.sentence == "train: 0 rows added, 0 removed, 1 changed (joined by customer)"
    assert evaluation.sentence == "evaluation: 0 rows added, 0 removed, 1 changed (joined by customer)"


def test_what_a_file_of_references_holds_is_text_as_well(tmp_path: Path) -> None:
    context = project(tmp_path, "name\n1.10\n2\n")
    check = found(run(context)[1], "DS112", role="train")
    assert check.outcome is Outcome.FAIL
    assert check.observed == 93 / 280  # the rows of 1.1, which is not 1.10


def test_parts_in_which_they_look_otherwise_are_one_text(tmp_path: Path) -> None:
    """In one part all of them look like whole numbers, in the other one they begin with a zero."""
    parts = CSV.replace("train: data/train.csv", "train: data/parts")
    context = make_small(tmp_path, head=parts, base=parts)
    for folder in (tmp_path / "head", tmp_path / "base"):
        (folder / "mlops" / "schema.yaml").write_text(
            SCHEMA + '  zip: {type: string, pattern: "^[0-9]{5}$"}\n'
        )
        (folder / "data" / "parts").mkdir()
        for name, (count, letter) in {**SPLITS, "log": (280, "C")}.items():
            zips = [f"{at * 307:05d}" for at in range(count)]
            columns = {**rows(count, letter), "zip": zips}
            if name != "train":
                written(folder / "data" / f"{name}.csv", columns)
                continue
            low = sum(each < "10000" for each in zips)
            for part, chosen in (("west", slice(low, None)), ("east", slice(low))):
                written(
                    folder / "data/parts" / f"{part}.csv",
                    {key: all_[chosen] for key, all_ in columns.items()},
                )
    _, payload = run(context)
    zip_checks = [each for each in payload.checks if each.subject == "zip" and each.id in {"DS105", "DS206"}]
    assert {(each.id, each.role) for each in zip_checks} >= {("DS105", "train"), ("DS206", "train")}
    assert {each.outcome for each in zip_checks} == {Outcome.PASS}
