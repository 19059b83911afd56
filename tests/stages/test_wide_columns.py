"""Columns above the distinct limit, through `mlops validate`: all rows are looked at, or it is said."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import pytest

from mlops_actions.results.dataset import DatasetResult
from mlops_actions.results.verdict import Outcome
from mlops_actions.stages import scan, validate
from mlops_actions.stages.dataset_lines import dataset_lines
from tests.stages.small import CONFIG, make_small, put

if TYPE_CHECKING:
    from pathlib import Path

PASS, WARN, FAIL = Outcome.PASS, Outcome.WARN, Outcome.FAIL
MIDDLE = "the width of the middle 98 %, which bins tell"
WORDS = "values written as a word for missing (such as NA) make the column text; the other "
DATES = (
    "dates with the year last, or of two digits, are text: the form does not say which number is the month; "
    "write ISO 8601 (YYYY-MM-DD); told from 90% dates"
)
N = 280  # rows of training
SCHEMA = """version: 1
allow_extra_columns: true
columns:
  note: {type: string, pattern: '^[A-Z]'}
  kind: {type: string, categories: [Kind 1, Kind 2], distribution: {max_share: 0.5}}
  long: {type: number, unique: true}
"""
PRIVACY = "privacy: {canaries: [{id: trap, sha256: {note: %s}}, {id: lost, sha256: {note: %s}}]}\n"


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture(scope="module")
def payload(tmp_path_factory: pytest.TempPathFactory) -> DatasetResult:
    """20 distinct values are too many."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("MOST", "FEWEST"):
            patch.setattr(scan, name, 20)
        return made(tmp_path_factory.mktemp("wide"))


def made(tmp_path: Path) -> DatasetResult:
    """What is found in a split with faults in its wide columns."""
    config = CONFIG + PRIVACY % (digest("Note 17"), digest("Note"))
    context = make_small(tmp_path, head=config, base=None)
    (context.root / "mlops/schema.yaml").write_text(SCHEMA, encoding="utf-8")
    notes = [f"Note {at}" for at in range(N)]
    notes[3], notes[4], notes[5], notes[6] = " ", "Mail ann@example.org", "Bro\ufffdken", "small"
    columns: dict[str, list[Any]] = {
        "note": notes,
        "kind": [f"Kind {at}" for at in range(N)],
        "code": [str(at) for at in range(N - 2)] + ["x", "none"],
        "part": [str(at) for at in range(200)] + ["NA", r"\N"] * 40,
        "seen": [f"2024-11-{1 + at % 25:02}" for at in range(140)] + ["null"] * 140,
        "day": [f"11/{1 + at % 25:02}/2024" for at in range(N)],
        "born": [f"1{at:03}-02-28" for at in range(N - 1)] + ["2023-02-29"],
        "far": [50 + at / 7 for at in range(N - 3)] + [-9999.0, -9999.0, 1e8],
        "long": [1e17 + at * 4 for at in range(N)],
    }
    put(context, "train", columns)
    validate.run(context)
    found = context.results.read("dataset", DatasetResult)[0].payload
    assert isinstance(found, DatasetResult)
    return found


@pytest.mark.parametrize(
    ("check", "column", "outcome", "sentence"),
    [
        ("DS104", "kind", FAIL, "train.kind: 278 of n=280 values outside the 2 declared categories"),
        ("DS105", "note", FAIL, "train.note: 2 of n=280 values outside ^[A-Z]"),
        ("DS202", "note", PASS, "train.note: 280 distinct values, at least 2 are needed (n=280)"),
        ("DS203", "note", WARN, "train.note: 1 of n=280 texts are blank"),
        (
            "DS206", "code", WARN,
            "train.code: 2 texts among 278 numbers written as text, mixed from 90% numbers (n=280)",
        ),
        (
            "DS206", "part", WARN,
            "train.part: 80 " + WORDS + "200 are numbers (n=280)",
        ),
        (
            "DS206", "seen", WARN,
            "train.seen: 140 " + WORDS + "140 are dates (n=280)",
        ),
        (
            "DS206", "day", WARN,
            "train.day: 280 " + DATES + " (n=280)",
        ),
        (
            "DS206", "born", WARN,
            "train.born: 1 text among 279 dates written as text, mixed from 90% dates (n=280)",
        ),
        ("DS207", "note", WARN, "train.note: 1 damaged text, maximum 0 (n=280)"),
        (
            "DS208", "far", WARN,
            "train.far: 2 infinite values or stand-ins such as -999, maximum 0 (n=280)",
        ),
        (
            "DS209", "far", WARN,
            f"train.far: 1 value beyond 10 times {MIDDLE}, maximum 0 (n=280)",
        ),
        ("DS801", "note", FAIL, "train.note: 1 e-mail address, maximum 0 (n=280)"),
        ("DS802", "trap", PASS, "train: canary trap is found (1 planted value, n=280)"),
        ("DS802", "lost", FAIL, "train: canary lost is not found in note (1 planted value, n=280)"),
    ],
)  # fmt: skip
def test_all_rows_are_looked_at(
    payload: DatasetResult, check: str, column: str, outcome: Outcome, sentence: str
) -> None:
    seen = [
        (each.outcome, each.sentence)
        for each in payload.checks
        if (each.id, each.subject, each.role) == (check, column, "train")
    ]
    assert seen == [(outcome, sentence)]


def test_what_is_not_looked_at_is_said_once(payload: DatasetResult) -> None:
    (line,) = (each for each in dataset_lines(payload) if "could not look at" in each)
    assert line.startswith("1 check could not look at 1 column of too many distinct values: kind")


def test_red_verdicts_show_no_values(payload: DatasetResult) -> None:
    (seen,) = (each for each in payload.checks if (each.id, each.subject) == ("DS105", "note"))
    assert [(each.count, each.value) for each in seen.failures] == [(1, None)] * 2
