"""A pull request's own evaluation rows, serving log and look-up files: shown as a diff, and judged, too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from mlops_actions.adapters.datasets.rows import write_parquet
from mlops_actions.errors import InputError
from mlops_actions.results.changes import ColumnChange
from mlops_actions.results.verdict import Outcome
from mlops_actions.stages import brought_data, model_checks, scan
from tests.stages.small import CONFIG, SCHEMA, found, make_small, put, rows, run

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_actions.results.dataset import CheckResult, DatasetResult
    from mlops_actions.stages.context import RunContext

FAIL, PASS, WARN = Outcome.FAIL, Outcome.PASS, Outcome.WARN
LOG = "data/log.parquet"
WITH_LOG = CONFIG.replace("evaluate:", f"  serving_log: {LOG}\nevaluate:")
REFERENCES = "references: [{columns: [city], file: data/codes.csv}]\n"
MAILS = [f"somebody{index}@corp-leak.example" for index in range(210)]
VISITS = rows(210, "E")["visits"]


@pytest.fixture(autouse=True)
def _no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_checks, "find_spec", lambda _: None)


def test_one_cell_of_the_evaluation_data_is_told(tmp_path: Path) -> None:
    context = make_small(tmp_path)
    put(context, "evaluation", {"visits": [6, *VISITS[1:]]})
    (change,) = run(context)[1].data_changes
    assert (change.role, change.rows_before, change.rows_now) == ("evaluation", 210, 210)
    assert (change.added, change.removed, change.changed) == (0, 0, 1)
    assert change.columns == (ColumnChange(column="visits", rows=1),)
    assert change.sentence == "evaluation: 0 rows added, 0 removed, 1 changed (joined by customer)"


def test_rows_columns_and_distributions_are_told_beside_those_of_training(tmp_path: Path) -> None:
    context = make_small(tmp_path)
    more: dict[str, list[Any]] = {name: [*each, *each[:1]] for name, each in rows(210, "E").items()}
    more["customer"][-1], more["gender"][-1] = "E0999", "x"
    more |= {"visits": [6] * 211, "spend": [1.0] * 211}
    put(context, "evaluation", more)
    put(context, "train", {"city": ["Oslo"] * 280})
    train, evaluation = run(context)[1].data_changes
    assert (train.role, evaluation.role) == ("train", "evaluation")
    assert (evaluation.added, evaluation.rows_now, evaluation.columns_added) == (1, 211, ("spend",))
    assert [shift.column for shift in evaluation.shifts] == ["visits"]


def test_the_rows_that_rule_after_the_merge_are_judged_beside_those_that_judge(tmp_path: Path) -> None:
    """Broken rows in head's file: the base commit's results stay as they are, and its own are red."""
    plain = run(make_small(tmp_path / "plain"))[1]
    context = make_small(tmp_path / "changed")
    put(context, "evaluation", {"visits": ["many"] * 210, "city": [None] * 210, "churned": None})
    outcome, seen = run(context)
    assert tuple(each for each in seen.checks if "of this change" not in each.subject) == plain.checks
    assert seen.datasets == plain.datasets
    assert tuple(each for each in seen.drift if "of this change" not in each.pair) == plain.drift
    assert outcome.outcome is FAIL
    own = {(each.id, each.subject) for each in seen.checks if each.outcome is FAIL}
    name = "data/evaluation.parquet of this change"
    assert own >= {("DS107", name), ("DS101", f"visits in {name}"), ("DS102", f"city in {name}")}
    (change,) = seen.data_changes
    assert change.columns_removed == ("churned",)


@pytest.mark.parametrize("base", [None, CONFIG])
def test_nothing_is_told_of_the_same_bytes_and_without_a_base_commit(
    tmp_path: Path, base: str | None
) -> None:
    context = make_small(tmp_path, base=base)
    if base is None:
        put(context, "evaluation", {"visits": [6] * 210})
    payload = run(context)[1]
    assert payload.data_changes == ()
    assert not [note for note in payload.notes if "evaluation" in note]


def test_a_renamed_file_is_compared(tmp_path: Path) -> None:
    context = make_small(tmp_path, head=CONFIG.replace("data/evaluation", "data/other"))
    put(context, "evaluation", {"visits": [5, *VISITS[1:]]})
    (context.root / "data" / "evaluation.parquet").rename(context.root / "data" / "other.parquet")
    (change,) = run(context)[1].data_changes
    assert (change.role, change.changed) == ("evaluation", 1)


def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    """After the merge it would end every run."""
    context = make_small(tmp_path)
    (context.root / "data" / "evaluation.parquet").write_bytes(b"PAR1 no parquet")
    with pytest.raises(InputError, match=r"evaluation\.parquet of this change: cannot be read"):
        run(context)


@pytest.mark.parametrize("how", ["gone", "link"])
def test_why_the_two_are_not_compared_is_said(tmp_path: Path, how: str) -> None:
    context = make_small(tmp_path)
    path = context.root / "data" / "evaluation.parquet"
    path.unlink()
    if how == "link":
        path.symlink_to(tmp_path / "base" / "data" / "evaluation.parquet")
    payload = run(context)[1]
    assert payload.data_changes == ()
    (red,) = [each for each in payload.checks if each.outcome is FAIL]
    assert (red.id, red.subject) == ("DS107", "data/evaluation.parquet of this change")
    (note,) = [each for each in payload.notes if "evaluation data of this change" in each]
    assert note.startswith("The evaluation data of this change is not compared with the base commit's: ")
    assert "data/evaluation.parquet" in note
    assert str(tmp_path) not in note


def logged(tmp_path: Path, own: dict[str, list[Any] | None], head: str = WITH_LOG) -> RunContext:
    """A serving log in both commits; columns replaced, added or (None) left out in head's."""
    context = make_small(tmp_path, head=head, base=WITH_LOG)
    for where, changes in (("base", {}), ("head", own)):
        kept = {
            name: each for name, each in {**rows(210, "S"), **changes}.items() if each and name != "churned"
        }
        write_parquet(tmp_path / where / LOG, kept)
    return context


def own_of(payload: DatasetResult, file: str) -> dict[tuple[str, str], CheckResult]:
    """(id, subject without the file) of what is judged of the change's own copy."""
    name = f"{file} of this change"
    return {
        (each.id, each.subject.removesuffix(f" in {name}").removesuffix(name)): each
        for each in payload.checks
        if each.subject.endswith(name)
    }


def test_a_serving_log_that_is_replaced_is_judged_and_shown(tmp_path: Path) -> None:
    moved = [value + 40 for value in VISITS]
    outcome, payload = run(logged(tmp_path, {"city": None, "visits": moved, "contact": MAILS}))
    seen = own_of(payload, LOG)
    assert outcome.outcome is FAIL
    assert seen["DS205", ""].outcome is FAIL
    assert seen["DS801", "contact"].outcome is FAIL
    (skew,) = [each for (check, _), each in seen.items() if check == "DS305"]
    assert (skew.outcome, skew.role) == (WARN, "serving_log")
    assert skew.sentence.startswith(f"{LOG} of this change: 1 of 1 column")
    assert found(payload, "DS205", LOG).outcome is PASS
    (change,) = payload.data_changes
    assert (change.role, change.changed, change.columns_removed) == ("serving_log", 210, ("city",))
    assert change.columns_added == ("contact",)
    (note,) = [each for each in payload.notes if LOG in each]
    assert note.startswith(f"{LOG} of this change (data.serving_log) differs from the base commit's, which")
    assert note in outcome.lines


@pytest.mark.parametrize(
    "head", [CONFIG, WITH_LOG.replace(LOG, "data/other.parquet")], ids=["dropped", "renamed"]
)
def test_the_base_commits_log_judges_whatever_head_names(tmp_path: Path, head: str) -> None:
    context = logged(tmp_path, {"city": None}, head)
    (context.root / LOG).rename(context.root / "data" / "other.parquet")
    write_parquet(tmp_path / "base" / LOG, {**rows(210, "S"), "visits": [90] * 210})
    payload = run(context)[1]
    (judged,) = [each for each in payload.checks if each.id == "DS305" and "change" not in each.subject]
    assert judged.outcome is WARN
    assert bool(own_of(payload, "data/other.parquet")) is (head != CONFIG)


def test_personal_data_in_evaluation_rows_is_red_and_kept_back(tmp_path: Path) -> None:
    context = make_small(tmp_path)
    put(context, "evaluation", {"contact": MAILS})
    outcome, payload = run(context)
    assert own_of(payload, "data/evaluation.parquet")["DS801", "contact"].outcome is FAIL
    assert outcome.outcome is FAIL
    written = "".join(path.read_text() for path in context.results.folder.rglob("*.*") if path.is_file())
    assert "corp-leak" not in written


def test_training_rows_in_the_changes_evaluation_data_are_told(tmp_path: Path) -> None:
    context = make_small(tmp_path)
    both = {name: [*each, *rows(280, "C")[name][:50]] for name, each in rows(210, "E").items()}
    put(context, "evaluation", dict(both))
    seen = own_of(run(context)[1], "data/evaluation.parquet")
    assert (seen["DS401", ""].outcome, seen["DS401", ""].observed) == (FAIL, 50.0)
    assert seen["DS402", ""].sentence.startswith("data/evaluation.parquet of this change: 50 keys stand in")


WITHOUT = CONFIG.replace("  evaluation: data/evaluation.parquet\n", "")


def test_evaluation_data_that_a_change_adds_is_judged(tmp_path: Path) -> None:
    """The base commit has none: they would rule after the merge and be unseen until then."""
    context = make_small(tmp_path, base=WITHOUT)
    (tmp_path / "base" / "data" / "evaluation.parquet").unlink()
    both = {name: [*each, *rows(280, "C")[name][:50]] for name, each in rows(210, "E").items()}
    put(context, "evaluation", {**both, "visits": [*VISITS[:-1], 99, *both["visits"][210:]], "contact": None})
    outcome, payload = run(context)
    name, seen = "data/evaluation.parquet of this change", own_of(payload, "data/evaluation.parquet")
    assert outcome.outcome is FAIL
    assert (seen["DS401", ""].outcome, seen["DS401", ""].observed) == (FAIL, 50.0)
    assert {("DS402", ""), ("DS103", "visits")} <= set(seen)
    assert {each.pair for each in payload.drift} == {f"training against evaluation in {name}"}
    (note,) = [each for each in payload.notes if name in each]
    assert note.startswith(f"{name} (data.evaluation) is added; the base commit has none. It is judged by")
    assert not [each for each in payload.checks if "is not declared" in each.reason and each.id == "DS301"]
    assert found(payload, "DS301").reason.endswith(f"no data.evaluation; {name} is judged by itself")
    assert [each.role for each in payload.data_changes] == []


def test_sound_evaluation_data_that_a_change_adds_pass(tmp_path: Path) -> None:
    context = make_small(tmp_path, base=WITHOUT)
    outcome, payload = run(context)
    assert outcome.outcome is PASS
    assert own_of(payload, "data/evaluation.parquet") == {}


def test_added_evaluation_data_that_is_not_there_is_red(tmp_path: Path) -> None:
    """Merged so, every run ended with an error, and the pull request was green."""
    context = make_small(tmp_path, base=WITHOUT)
    (context.root / "data" / "evaluation.parquet").unlink()
    outcome, payload = run(context)
    (red,) = [each for each in payload.checks if each.outcome is FAIL]
    assert (outcome.outcome, red.id) == (FAIL, "DS107")
    assert red.sentence.endswith(": there is no file data/evaluation.parquet. Merged so, it ends every run")
    notes = [each for each in payload.notes if "evaluation data" in each]
    assert notes == [
        "The evaluation data of this change is not judged: there is no file data/evaluation.parquet."
    ]


def test_drift_of_the_changes_own_copies_is_among_the_rows(tmp_path: Path) -> None:
    payload = run(logged(tmp_path, {"visits": [value + 40 for value in VISITS]}))[1]
    drifting = {(each.pair, each.column) for each in payload.drift if each.outcome is WARN}
    assert drifting == {(f"training against the serving log in {LOG} of this change", "visits")}


def looked_up(tmp_path: Path, base: str, head: str) -> RunContext:
    context = make_small(tmp_path)
    for where, text in (("base", base), ("head", head)):
        (tmp_path / where / "data" / "codes.csv").write_text(text)
        (tmp_path / where / "mlops" / "schema.yaml").write_text(SCHEMA + REFERENCES)
    return context


def test_a_row_that_is_added_to_a_look_up_file_is_told_and_does_not_rule_yet(tmp_path: Path) -> None:
    """Else bad training rows would bring the key that lets them pass."""
    outcome, payload = run(looked_up(tmp_path, "city\nOslo\n", "city\nOslo\nBergen\n"))
    red = found(payload, "DS112", role="train")
    assert (outcome.outcome, red.outcome) == (FAIL, FAIL)
    assert red.sentence.endswith("; data/codes.csv of this change passes, and rules after the merge")
    (change,) = payload.data_changes
    assert (change.role, change.added) == ("data/codes.csv", 1)
    assert change.sentence.startswith("data/codes.csv: 1 row added")
    (note,) = [each for each in payload.notes if "data/codes.csv" in each]
    assert "(2 of 2 checks pass)" in note


def test_a_row_that_is_taken_out_of_a_look_up_file_is_red(tmp_path: Path) -> None:
    payload = run(looked_up(tmp_path, "city\nOslo\nBergen\n", "city\nOslo\n"))[1]
    red = [each for each in payload.checks if each.outcome is FAIL]
    assert {(each.id, each.role, each.subject) for each in red} == {
        ("DS112", role, "city in data/codes.csv of this change") for role in ("train", "evaluation")
    }


def test_a_brought_evaluation_file_is_held_against_the_brought_look_up_file(tmp_path: Path) -> None:
    context = looked_up(tmp_path, "city\nOslo\nBergen\n", "city\nOslo\nBergen\nMoss\n")
    put(context, "evaluation", {"city": ["Moss", *rows(210, "E")["city"][1:]]})
    seen = run(context)[1]
    assert ("DS112", "city") not in own_of(seen, "data/evaluation.parquet")
    assert (
        own_of(seen, "data/evaluation.parquet")["DS104", "city"].outcome is FAIL
    )  # not in the base's schema


def test_switched_off_checks_and_excluded_columns_stay_so(tmp_path: Path) -> None:
    rules = "validate: {skip: {DS401: known}, checks: {DS103: {exclude: [visits]}}}"
    text = CONFIG.replace("evaluate:", f"{rules}\nevaluate:")
    context = make_small(tmp_path, head=text, base=text)
    both = {name: [*each, *rows(280, "C")[name][:1]] for name, each in rows(210, "E").items()}
    put(context, "evaluation", {**both, "visits": [99] * 211})
    seen = {each for each, _ in own_of(run(context)[1], "data/evaluation.parquet")}
    assert "DS402" in seen
    assert not seen & {"DS401", "DS103"}


def test_what_is_the_same_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    before = scan.opened

    def counting(role: str, *given: Any) -> Any:
        opened.append(role)
        return before(role, *given)

    monkeypatch.setattr(f"{brought_data.__name__}.opened", counting)
    context = logged(tmp_path, {})
    run(context)
    assert opened == []
    put(context, "evaluation", {"visits": [5, *VISITS[1:]]})
    run(context)
    assert opened == ["evaluation"]
