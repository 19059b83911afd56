"""A pull request's own schema is tried on the data: it adds findings, and takes none away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from mlops_actions.adapters.datasets.rows import write_parquet
from mlops_actions.results.verdict import Outcome
from mlops_actions.stages import brought_schema, model_checks, validate
from tests.stages.small import CONFIG, SCHEMA, make_small, put, rows, run

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_actions.results.dataset import CheckResult, DatasetResult
    from mlops_actions.stages.context import RunContext

FAIL, PASS, WARN = Outcome.FAIL, Outcome.PASS, Outcome.WARN
NAME = "mlops/schema.yaml of this change"
NONE = CONFIG.replace("  schema: mlops/schema.yaml\n", "")
NARROW = SCHEMA.replace("maximum: 6", "maximum: 4")
NO_EVALUATION = "  evaluation: data/evaluation.parquet\n"
NUMBERED = "version: 1\nallow_extra_columns: true\ncolumns:\n  zip: {type: string, min_length: 4}\n"
CODES = "references: [{columns: [city], file: data/codes.csv}]\n"


@pytest.fixture(autouse=True)
def _no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_checks, "find_spec", lambda _: None)


def project(tmp_path: Path, own: str, ruling: str | None = None, **more: str) -> RunContext:
    """Head's schema, and the base commit's; None: it declares none."""
    context = make_small(tmp_path, base=NONE if ruling is None else CONFIG, **more)
    (tmp_path / "head" / "mlops" / "schema.yaml").write_text(own)
    if ruling is None:
        (tmp_path / "base" / "mlops" / "schema.yaml").unlink()
    else:
        (tmp_path / "base" / "mlops" / "schema.yaml").write_text(ruling)
    return context


def own_of(payload: DatasetResult) -> dict[tuple[str, str, str], CheckResult]:
    """(id, split, subject) of what the change's own schema finds."""
    return {
        (each.id, each.role, each.subject.removesuffix(f" by {NAME}")): each
        for each in payload.checks
        if each.subject.endswith(f" by {NAME}")
    }


def test_a_first_schema_that_the_data_break_is_red(tmp_path: Path) -> None:
    """After the merge every run would be."""
    outcome, payload = run(project(tmp_path, NARROW))
    seen = own_of(payload)
    assert outcome.outcome is FAIL
    assert set(seen) == {("DS103", "train", "visits"), ("DS103", "evaluation", "visits")}
    red = seen["DS103", "train", "visits"]
    assert red.sentence == f"{NAME}: train.visits: 80 of n=280 values outside [0, 4]"
    assert sum(each.count for each in red.failures) == 80
    assert payload.schema_path == ""
    assert payload.schema_coverage == ()
    assert validate.NO_SCHEMA not in payload.notes
    tried = f"{NAME} (data.schema) is tried on the data: "
    (note,) = [each for each in payload.notes if each.startswith(tried)]
    assert note.endswith(" checks pass. It rules after the merge.")
    assert "a schema is added; the base commit has none" in payload.notes


def test_a_first_schema_that_the_data_keep_to_passes(tmp_path: Path) -> None:
    outcome, payload = run(project(tmp_path, SCHEMA))
    assert outcome.outcome is PASS
    assert own_of(payload) == {}


def test_a_narrower_schema_warns_beside_the_one_that_judges(tmp_path: Path) -> None:
    """It may go ahead of the rows that it is for."""
    outcome, payload = run(project(tmp_path, NARROW, SCHEMA))
    assert outcome.outcome is WARN
    assert {each.outcome for each in own_of(payload).values()} == {WARN}
    assert set(own_of(payload)) == {("DS103", "train", "visits"), ("DS103", "evaluation", "visits")}


def test_a_wider_schema_takes_nothing_away_and_tells_nothing_twice(tmp_path: Path) -> None:
    outcome, payload = run(project(tmp_path, SCHEMA.replace("maximum: 6", "maximum: 5"), NARROW))
    red = [each for each in payload.checks if each.outcome is FAIL]
    assert outcome.outcome is FAIL
    assert {(each.id, each.role, each.subject) for each in red} == {
        ("DS103", "train", "visits"),
        ("DS103", "evaluation", "visits"),
    }
    assert own_of(payload) == {}


def test_the_same_schema_is_not_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(brought_schema, "_seen", lambda *_: pytest.fail("it is"))
    assert run(project(tmp_path, f"{SCHEMA}# the same\n", SCHEMA))[0].outcome is PASS


def test_only_what_was_read_in_another_way_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(brought_schema, "opened", lambda *_: pytest.fail("it is"))
    assert set(own_of(run(project(tmp_path, NARROW))[1]))


def test_columns_that_a_first_schema_declares_to_be_text_are_read_as_text(tmp_path: Path) -> None:
    """0150 is no number then."""
    head = CONFIG.replace(NO_EVALUATION, "").replace(".parquet", ".csv")
    context = make_small(tmp_path, head=head, base=head.replace("  schema: mlops/schema.yaml\n", ""))
    (context.root / "mlops" / "schema.yaml").write_text(NUMBERED)
    (tmp_path / "base" / "mlops" / "schema.yaml").unlink()
    for where in ("head", "base"):
        given = {**rows(280, "C"), "zip": [f"{index + 150:04d}" for index in range(280)]}
        lines = [",".join(given), *(",".join(map(str, row)) for row in zip(*given.values(), strict=True))]
        (tmp_path / where / "data" / "train.csv").write_text("\n".join(lines) + "\n")
    assert own_of(run(context)[1]) == {}


def test_it_is_tried_on_the_evaluation_data_of_the_change(tmp_path: Path) -> None:
    context = project(tmp_path, SCHEMA)
    put(context, "evaluation", {"visits": [9] * 210})
    assert ("DS103", "evaluation", "visits") in own_of(run(context)[1])


@pytest.mark.parametrize("ruling", [None, SCHEMA])
def test_a_look_up_file_that_it_adds_is_read(tmp_path: Path, ruling: str | None) -> None:
    context = project(tmp_path, SCHEMA + CODES, ruling)
    (context.root / "data" / "codes.csv").write_text("city\nOslo\n")
    seen = own_of(run(context)[1])
    assert {key: each.outcome for key, each in seen.items()} == {
        ("DS112", role, "city"): WARN if ruling else FAIL for role in ("train", "evaluation")
    }


@pytest.mark.parametrize("lacking", ["data/codes.csv", "mlops/schema.yaml"])
def test_why_it_is_not_tried_is_said(tmp_path: Path, lacking: str) -> None:
    context = project(tmp_path, SCHEMA + CODES)
    (context.root / "data" / "codes.csv").write_text("city\nOslo\n")
    (context.root / lacking).unlink()
    payload = run(context)[1]
    (note,) = [each for each in payload.notes if each.startswith(f"{NAME} (data.schema) is not tried")]
    assert lacking in note.removeprefix(NAME)
    assert own_of(payload) == {}


@pytest.mark.parametrize("how", ["gone", "link"])
def test_a_look_up_file_that_a_change_takes_away_is_red(tmp_path: Path, how: str) -> None:
    """Its schema, unchanged, goes on to refer to it."""
    context = project(tmp_path, SCHEMA + CODES, SCHEMA + CODES)
    for side in ("head", "base"):
        (tmp_path / side / "data" / "codes.csv").write_text("city\nOslo\nBergen\n")
    assert [each for each in run(context)[1].checks if each.outcome is FAIL] == []
    own = context.root / "data" / "codes.csv"
    own.unlink()
    if how == "link":
        own.symlink_to("train.parquet")
    (red,) = [each for each in run(context)[1].checks if each.outcome is FAIL]
    assert (red.id, red.subject) == ("DS107", NAME)
    assert "data/codes.csv" in red.sentence


PREDICATE = SCHEMA + 'checks: [{id: rule, predicate: "IT"}]\n'


@pytest.mark.parametrize("ruling", [None, SCHEMA])
@pytest.mark.parametrize(
    ("own", "why"),
    [
        ("", "schema.yaml"),
        ("version: 2\n", "version: should be 1"),
        (PREDICATE.replace("IT", "nothere > 1"), "nothere"),
        (PREDICATE.replace("IT", "CAST(city AS INTEGER) > 3"), "predicate"),
        (SCHEMA + "references: [{columns: [city], file: ../../out.csv}]\n", "out.csv"),
        (SCHEMA + CODES, "codes.csv"),
    ],
)
def test_one_that_would_end_every_run_is_red_and_nothing_else_is_lost(
    tmp_path: Path, own: str, why: str, ruling: str | None
) -> None:
    """The pull request was green; after its merge no run went to its end."""
    context = project(tmp_path, own, ruling)
    outcome, payload = run(context)
    (red,) = [each for each in payload.checks if each.outcome is FAIL]
    assert (outcome.outcome, red.id, red.role, red.subject) == (FAIL, "DS107", "train", NAME)
    assert red.sentence.startswith(f"{NAME}: ")
    assert why in red.sentence
    assert red.sentence.endswith(". Merged so, it ends every run")
    (tmp_path / "head" / "mlops" / "schema.yaml").write_text(ruling or SCHEMA)
    assert len(run(context)[1].checks) >= len(payload.checks) - 1


def test_a_switched_off_check_stays_so_and_no_value_is_shown(tmp_path: Path) -> None:
    rules: dict[str, Any] = {}
    for where, text in (("head", CONFIG), ("base", NONE)):
        rules[where] = text.replace("evaluate:", "validate: {skip: {DS103: known}}\nevaluate:")
    context = make_small(tmp_path, **rules)
    (tmp_path / "head" / "mlops" / "schema.yaml").write_text(
        NARROW.replace("categories: [Oslo, Bergen]", "categories: [Bergen]")
    )
    write_parquet(context.root / "data" / "train.parquet", rows(280, "C"))
    seen = own_of(run(context)[1])
    assert {key[0] for key in seen} == {"DS104"}
    assert "Oslo" not in "".join(each.model_dump_json() for each in seen.values())
