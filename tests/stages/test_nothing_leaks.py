"""No planted value stands in any file that validate writes, in what it says, or in an error's words."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from mlops_actions.errors import MlopsError
from mlops_actions.results.dataset import DatasetResult
from mlops_actions.results.profile import StoredProfiles
from mlops_actions.stages import validate
from tests.stages.small import CONFIG, make_small, put, rows

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_actions.stages.context import RunContext, StageOutcome
    from tests.stages.world import Said

N = 280
MAIL = [f"planted.person{each}@example.org" for each in range(N)]
NAME = [f"Plantedname{'abcdefghij'[each % 10]}{'klmnopqrst'[each // 10 % 10]}" for each in range(N)]
NOTE = "the planted note speaks of Plantedneighbour and +4722855050"
CARD, LONE, RARE = "4111111111111111", 987_654_321.25, "Plantedvillage"
SECRETS = (
    "planted.person",
    "Plantedname",
    "Plantedneighbour",
    "22855050",
    CARD,
    "987654321",
    "987_654",
    RARE,
)
CANARY = "planted-canary-3f9c2"
SECRET = b"the repository's secret"
WIDER = CONFIG.replace("key: customer", "key: [customer, mail_key]").replace(
    "evaluate:",
    "privacy:\n  quasi_identifiers: [gender, city]\n  canaries:\n"
    f"    - {{id: trap, sha256: {{trap: {hashlib.sha256(CANARY.encode()).hexdigest()}}}}}\nevaluate:",
)


def planted(context: RunContext, where: str = "head") -> None:
    """Secrets as keys, personal columns, categories, rare numbers, free text, and values that break rules."""
    base = rows(N, "C")
    changes: dict[str, list[Any] | None] = {
        "mail_key": MAIL,
        "email": MAIL,
        "surname": NAME,
        "note": [NOTE if each < 3 else "nothing" for each in range(N)],
        "card": [CARD if each < 40 else "none" for each in range(N)],
        "city": [RARE if each < 5 else city for each, city in enumerate(base["city"])],
        "income": [LONE if each == 0 else float(each % 50) for each in range(N)],
        "gender": ["Plantedname" if each == 7 else g for each, g in enumerate(base["gender"])],
        "trap": [CANARY if each == 9 else "x" for each in range(N)],
    }
    put(context, "train", changes, where=where)
    keys = {"mail_key": [f"planted.person{each}@example.net" for each in range(210)]}
    for folder in ("head", "base"):
        put(context, "evaluation", keys, where=folder)


def everything(context: RunContext, outcome: StageOutcome | None = None) -> str:
    """All that a run leaves behind or says."""
    files = [path for path in context.results.folder.rglob("*") if path.is_file()]
    progress: Said = context.progress  # type: ignore[assignment]  # the small project's own
    said = [*progress.steps, *progress.lines, *(outcome.lines if outcome is not None else ())]
    said += outcome.outputs.values() if outcome is not None else ()
    return "\n".join([*(path.read_text(encoding="utf-8") for path in files), *said])


@pytest.fixture(params=[None, SECRET], ids=["no key", "key"])
def context(tmp_path: Path, request: pytest.FixtureRequest) -> RunContext:
    made = make_small(tmp_path, head=WIDER, base=WIDER, profile_key=request.param)
    planted(made)
    return made


def test_no_planted_value_is_written_or_said(context: RunContext) -> None:
    outcome = validate.run(context)
    text = everything(context, outcome)
    names = {path.name for path in context.results.folder.iterdir()}
    assert {"dataset.json", "profile.json", "dataset.html"} <= names
    assert [secret for secret in SECRETS if secret in text] == []
    assert CANARY not in text
    assert hashlib.sha256(CANARY.encode()).hexdigest() not in text
    assert SECRET.decode() not in text


def test_the_test_would_see_a_leak(context: RunContext) -> None:
    """With show_values the same run shows values that break the schema: the search looks where it must."""
    shown = context.config.model_copy(
        update={"validate_": context.config.validate_.model_copy(update={"show_values": True})}
    )
    policy = replace(context.policy, config=shown, head=shown)
    loud = replace(context, policy=policy)
    assert RARE in everything(loud, validate.run(loud))


def test_the_planted_values_are_found_though(context: RunContext) -> None:
    validate.run(context)
    payload = context.results.read("dataset", DatasetResult)[0].payload
    assert isinstance(payload, DatasetResult)
    seen = {(each.subject, each.outcome.value) for each in payload.checks if each.id == "DS801"}
    assert {
        ("email", "fail"),
        ("surname", "warn"),
        ("note", "fail"),
        ("card", "fail"),
        ("mail_key", "skipped"),
        ("gender", "skipped"),
        ("city", "pass"),
    } <= seen
    (canary,) = (each for each in payload.checks if each.id == "DS802")
    assert canary.outcome.value == "pass"


def test_personal_columns_are_counts_only_in_the_stored_profile(context: RunContext) -> None:
    validate.run(context)
    payload = context.results.read("profile", StoredProfiles)[0].payload
    assert isinstance(payload, StoredProfiles)
    train = payload.of("train")
    assert train is not None
    withheld = {each.name: each.withheld for each in train.columns}
    assert {name: withheld[name] for name in ("email", "surname", "note", "card")} == dict.fromkeys(
        ("email", "surname", "note", "card"), "personal"
    )
    assert {withheld["mail_key"], withheld["customer"]} == {"key"}
    city = train.column("city")
    assert city is not None
    assert set(city.top) == {"Oslo", "Bergen"}
    assert len(city.hashed) == (1 if context.profile_key else 0)


def test_a_changed_base_shows_no_value_in_the_diff(context: RunContext) -> None:
    put(context, "train", {"email": ["planted.before@example.org"] * N, "income": [LONE] * N}, where="base")
    outcome = validate.run(context)
    text = everything(context, outcome)
    payload = json.loads((context.results.folder / "dataset.json").read_text())["payload"]
    assert payload["data_changes"][0]["shifts"]
    assert [secret for secret in (*SECRETS[:5], "planted.before", RARE) if secret in text] == []


BROKEN = {
    "a cell of another type": (
        "customer,gender,city,visits,churned\n"
        + "".join(f"C{each:04d},f,Oslo,{each % 7},0\n" for each in range(25_000))
        + "C9999,f,Oslo,planted.person1@example.org,0\n"
    ),
    "a row of too many cells": (
        "customer,gender,city,visits,churned\n"
        + "C0001,f,Oslo,1,0\n" * 50
        + "C0002,f,planted.person2@example.org,Plantedname,1,2,3,4\n"
    ),
    "a quote that never ends": (
        "customer,gender,city,visits,churned\n"
        + "C0001,f,Oslo,1,0\n" * 50
        + 'C0002,"planted.person3@example.org,f\n'
    ),
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_a_cell_that_cannot_be_read_is_not_quoted(tmp_path: Path, text: str) -> None:
    config = CONFIG.replace("data/train.parquet", "data/train.csv").replace(
        "  schema: mlops/schema.yaml\n", ""
    )
    made = make_small(tmp_path, head=config, base=None)
    (made.root / "data" / "train.csv").write_text(text, encoding="utf-8")
    try:
        said = everything(made, validate.run(made))
    except MlopsError as error:
        said = everything(made) + "".join(f"{each}{each.hint}" for each in error.problems) + str(error)
    assert said
    assert [secret for secret in SECRETS if secret in said] == []
