"""Which rows the written failures name, what of them is shown, and how many checks are looked up."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mlops_actions.adapters.datasets.rows import write_parquet
from mlops_actions.checks import families
from mlops_actions.errors import InputError
from mlops_actions.results.dataset import CheckResult, DatasetResult
from mlops_actions.results.verdict import Outcome
from mlops_actions.stages import failure_places
from mlops_actions.stages.failure_places import BEYOND, UNORDERED, UNREAD, with_places
from mlops_actions.stages.named_files import NamedFile
from mlops_actions.stages.scan import measured, opened, records_of
from tests.unit.checks.tables import Rows, World, whole

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pytest

    from mlops_actions.checks.case import Setting
    from mlops_actions.profile.scanner import DatasetScanner

DAY = 86_400_000_000


def faulty() -> dict[str, Rows]:
    """Two splits with a fault of every family that has rows."""
    train, evaluation = whole(400, "C"), whole(300, "E", 1000)
    for name, at, value in (
        ("income", 16, -5.0), ("income", 40, -5.0), ("city", 7, "Roma"), ("visits", 9, None),
        ("churned", 11, None), ("customer", 20, "?"), ("who", 30, None), ("city", 33, " "),
    ):  # fmt: skip
        train[name][at] = value
    for name, values in train.items():
        values[50] = values[3]
        evaluation[name][5] = values[100]
    return {"train": train, "evaluation": evaluation}


def judged(
    tmp_path: Path, **more: Any
) -> tuple[Setting, tuple[CheckResult, ...], Mapping[str, DatasetScanner]]:
    splits = faulty()
    for rows in splits.values():
        rows["seen"], rows["opened"] = ([str(day) for day in rows[name]] for name in ("seen", "opened"))
    files = {}
    for role, rows in splits.items():
        write_parquet(tmp_path / f"{role}.parquet", rows)
        files[role] = NamedFile((), f"{role}.parquet", tmp_path / f"{role}.parquet")
    scanners = {role: opened(role, file) for role, file in files.items()}
    world = World(data={"time": None, "provenance": {"annotator": "who"}})
    setting = replace(world.case().setting, kinds={r: each.kinds for r, each in scanners.items()}, **more)
    case = measured(setting, records_of(files), scanners)
    return setting, families.judge(case, {})[0], scanners


def by_id(checks: tuple[CheckResult, ...]) -> dict[tuple[str, str], CheckResult]:
    return {(each.id, each.subject): each for each in checks if each.role == "train" or each.id[:3] == "DS4"}


def test_failures_name_rows_and_never_values(tmp_path: Path) -> None:
    setting, checks, scanners = judged(tmp_path)
    found = by_id(with_places(setting, checks, scanners))
    rows = {
        key: [(each.where, each.rows, each.count) for each in check.failures] for key, check in found.items()
    }
    assert rows["DS103", "income"] == [("train.income", (17, 41), 2)]
    assert rows["DS104", "city"] == [("train.city", (34,), 1), ("train.city", (8,), 1)]
    assert rows["DS102", "visits"] == [("train.visits", (10,), 1)]
    assert rows["DS501", "churned"] == [("train.churned", (12,), 1)]
    assert rows["DS105", "customer"] == [("train.customer", (21,), 1)]
    assert rows["DS106", "customer"] == [("train.customer", (4, 51), 2)]
    assert rows["DS111", "customer, city"] == [("train", (4, 51), 2)]
    assert rows["DS203", "city"] == [("train.city", (34,), 1)]
    assert rows["DS506", "who"] == [("train.who", (31,), 1)]
    duplicates = next(each for each in found.values() if each.id == "DS201")
    assert [each.rows for each in duplicates.failures] == [(4, 51)]
    leak = next(each for each in found.values() if each.id == "DS401")
    assert [(each.where, each.rows) for each in leak.failures] == [
        ("evaluation, equal to row 101 of train", (6,))
    ]
    assert {(each.value, each.key) for check in found.values() for each in check.failures} <= {(None, None)}
    text = DatasetResult(datasets=(), checks=tuple(found.values())).model_dump_json()
    assert "Roma" not in text
    assert "sought" not in text
    assert '"rows":[17,41]' in text


def test_values_and_keys_are_shown_when_asked(tmp_path: Path) -> None:
    setting, checks, scanners = judged(tmp_path, show_values=True)
    found = by_id(with_places(setting, checks, scanners))
    assert [(each.value, each.key) for each in found["DS103", "income"].failures] == [
        ("-5.0", "customer C0016")
    ]
    assert [each.value for each in found["DS104", "city"].failures] == [" ", "Roma"]
    assert found["DS111", "customer, city"].failures[0].value == "customer C0003, city Oslo"
    assert found["DS102", "visits"].failures[0].key == "customer C0009"


def test_a_sensitive_column_and_key_are_never_shown(tmp_path: Path) -> None:
    setting, checks, scanners = judged(tmp_path, show_values=True)
    data = setting.data.model_copy(update={"sensitive": ("customer", "income")})
    found = with_places(replace(setting, data=data), checks, scanners)
    cases = [each for check in found for each in check.failures]
    assert {each.key for each in cases} == {None}
    assert all("C00" not in (each.value or "") and "-5" not in (each.value or "") for each in cases)
    assert "Roma" in {each.value for each in cases}


def test_what_looks_personal_is_named_by_row_alone(tmp_path: Path) -> None:
    rows: Rows = {
        "mail": ["x", "ann@example.org", "bo@example.org"] * 20,
        "id": list(range(60)),
        "churned": [0, 1, 0] * 20,
    }
    write_parquet(tmp_path / "train.parquet", rows)
    file = NamedFile((), "train.parquet", tmp_path / "train.parquet")
    scanners = {"train": opened("train", file)}
    world = World(data={"key": "id", "evaluation": None, "provenance": {}, "time": None})
    setting = replace(
        world.case().setting, kinds={"train": scanners["train"].kinds}, show_values=True, schema=None
    )
    case = measured(setting, records_of({"train": file}), scanners)
    found = with_places(setting, families.judge(case, {})[0], scanners)
    (personal,) = [each for each in found if each.id == "DS801" and each.subject == "mail"]
    assert personal.outcome is Outcome.FAIL
    assert [(each.rows[:2], each.count) for each in personal.failures] == [((2, 5), 20), ((3, 6), 20)]
    assert "example.org" not in "".join(each.model_dump_json() for each in found)
    assert {each.key for each in personal.failures} == {None}


def test_beyond_the_limit_equal_cases_stand_together_and_say_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    setting, checks, scanners = judged(tmp_path)
    monkeypatch.setattr(failure_places, "MOST_CHECKS", 1)
    found = with_places(setting, checks, scanners)
    assert sum(any(case.rows for case in each.failures) for each in found) == 1
    unnamed = by_id(found)["DS104", "city"].failures
    assert [(each.where, each.count) for each in unnamed] == [(f"train.city: {BEYOND}", 2)]


def test_every_check_has_one_looked_up_before_any_has_two(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    setting, checks, scanners = judged(tmp_path)
    red = {each.id for each in checks if each.outcome is Outcome.FAIL and getattr(each, "sought", None)}
    monkeypatch.setattr(failure_places, "MOST_CHECKS", len(red))
    found = with_places(setting, checks, scanners)
    assert {each.id for each in found if any(case.rows for case in each.failures)} == red


def test_an_engine_without_order_and_one_that_fails_are_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    setting, checks, scanners = judged(tmp_path)
    kind = type(scanners["train"])
    monkeypatch.setattr(kind, "places", lambda *_: None)
    found = by_id(with_places(setting, checks, scanners))
    assert found["DS103", "income"].failures[0].where == f"train.income: {UNORDERED}"

    def fails(*_: object) -> None:
        raise InputError("no room")

    monkeypatch.setattr(kind, "places", fails)
    found = by_id(with_places(setting, checks, scanners))
    assert found["DS111", "customer, city"].failures[0].where == f"train: {UNREAD}"


def test_clean_checks_are_not_looked_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    setting, checks, scanners = judged(tmp_path)
    asked: list[Any] = []
    monkeypatch.setattr(type(scanners["train"]), "places", lambda *given: asked.append(given))
    quiet = tuple(each for each in checks if each.outcome in {Outcome.PASS, Outcome.SKIPPED})
    assert len(with_places(setting, quiet, scanners)) == len(quiet) > 0
    assert asked == []


def test_new_categories_have_the_rows_that_hold_them(tmp_path: Path) -> None:
    splits = {"train": whole(400, "C"), "evaluation": whole(300, "E", 1000)}
    for at in range(100, 140):
        splits["evaluation"]["city"][at] = "Roma" if at % 2 else "Bari"
    scanners, files = {}, {}
    for role, rows in splits.items():
        rows["seen"], rows["opened"] = ([str(day) for day in rows[name]] for name in ("seen", "opened"))
        write_parquet(tmp_path / f"{role}.parquet", rows)
        files[role] = NamedFile((), f"{role}.parquet", tmp_path / f"{role}.parquet")
        scanners[role] = opened(role, files[role])
    world = World(data={"time": None})
    setting = replace(world.case().setting, kinds={r: each.kinds for r, each in scanners.items()})
    case = measured(setting, records_of(files), scanners)
    (found,) = [
        each
        for each in with_places(setting, families.judge(case, {})[0], scanners)
        if each.id == "DS303" and each.outcome is Outcome.WARN
    ]
    (only,) = found.failures
    assert (only.where, only.count, only.rows) == ("city: 2 new categories", 40, tuple(range(101, 121)))
    assert "Roma" not in found.model_dump_json()
