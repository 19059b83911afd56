"""What looks personal is written nowhere, whatever DS801 looks for and whatever is asked for."""

from __future__ import annotations

import json
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from mlops_actions.adapters.datasets.rows import write_parquet
from mlops_actions.commands.schema import command
from mlops_actions.stages import model_checks, report, scan, validate
from tests.stages.small import CONFIG, SCHEMA, make_small, put, rows
from tests.stages.test_nothing_leaks import everything

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_actions.stages.context import RunContext

N = {"train": 280, "evaluation": 210}
FIRST = ["Anna", "Olav", "Kari", "Per", "Ingrid", "Lars", "Eva", "Nils", "James", "Mary", "Robert"]
FIRST += ["Linda", "Mohammed", "Fatima"]
LAST = ["Hansen", "Nordmann", "Berg", "Olsen", "Dahl", "Moen", "Lund", "Haugen", "Smith", "Johnson"]
LAST += ["Brown", "Jones"]
CALL = 4_722_855_000  # and what follows: whole numbers, named as what they are
SECRETS = (
    "planted.example", "-45-10", "NO9386011117947", "Hansen", "Nordmann", "Haugen", "+47228551", "4722855",
)  # fmt: skip
CONFIGS = {
    "as it is": "",
    "one kind": "checks: {DS801: {kinds: [phone]}}",
    "no kind": "checks: {DS801: {kinds: []}}",
    "other kinds": "checks: {DS801: {kinds: [mac, ip]}}",
    "left out": "checks: {DS801: {exclude: [mail, ssn, account, customer_name, call, phone]}}",
    "permitted": "checks: {DS801: {max_rows: 1000000}}",
    "no kind and a small sample": "checks: {DS801: {kinds: [], max_rows: 9, sample: 100, severity: warn}}",
    "a warning": "checks: {DS801: {severity: warn}}",
    "switched off": 'skip: {DS801: "we know"}',
    "switched off, no kind": 'checks: {DS801: {kinds: []}}, skip: {DS801: "we know"}',
}
RULES = """\
  mail: {type: string, pattern: "^x$", max_length: 4, unique: true}
  ssn: {type: string, categories: [none]}
  account: {type: integer}
  customer_name: {type: string, categories: [none]}
  phone: {type: integer, maximum: 5}
"""


def personal(n: int, shift: int) -> dict[str, list[Any]]:
    """Columns of repeated values, so that each would be named: of a pattern, of names, and of numbers."""
    repeated = [at % 14 + shift for at in range(n)]
    return {
        "mail": [f"user{at}.{shift}@planted.example" for at in repeated],
        "ssn": [f"{100 + at:03d}-45-{1000 + at:04d}" for at in repeated],
        "account": ["NO9386011117947"] * n,
        "customer_name": [f"{FIRST[at % 14]} {LAST[(at + shift) % 12]}" for at in repeated],
        "call": [f"+4722855{100 + at}" for at in repeated],
        "phone": [CALL + at for at in repeated],
    }


def made(tmp_path: Path, part: str, key: str, **more: Any) -> RunContext:
    """Head, the base commit's other rows, and a schema that the personal columns break."""
    text = (
        CONFIG.replace(
            "key: customer", f"key: {key}\n  provenance: {{annotator: customer_name, batch: mail}}"
        )
        .replace("metrics: [roc_auc]", "metrics: [roc_auc]\n  slices: [customer_name, ssn]")
        .replace("evaluate:", f"validate: {{{part}}}\nevaluate:")
    )
    context = make_small(tmp_path, head=text, base=text, **more)
    for where, shift in (("head", 0), ("base", 20)):
        (tmp_path / where / "mlops" / "schema.yaml").write_text(SCHEMA + RULES, encoding="utf-8")
        for split, n in N.items():
            changes: dict[str, list[Any] | None] = {**personal(n, shift + 3 * (split == "evaluation"))}
            put(context, split, changes, where=where)
    return context


@pytest.fixture(autouse=True)
def _no_model_is_fitted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_checks, "find_spec", lambda _: None)


SHOWN = "show_values: true"
ASKED = [
    *((CONFIGS[name], shown, "mail", False) for name, shown in product(CONFIGS, ("", SHOWN))),
    *((CONFIGS["no kind"], SHOWN, key, False) for key in ("customer", "[customer, mail]")),
    *((CONFIGS["no kind"], shown, "customer", True) for shown in ("", SHOWN)),
]


@pytest.mark.parametrize(("config", "shown", "key", "wide"), ASKED)
def test_nothing_personal_is_written_whatever_is_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, config: str, shown: str, key: str, wide: bool
) -> None:
    if wide:
        monkeypatch.setattr(scan, "distinct_limit", lambda _, __: 5)
    part = ", ".join(filter(None, (config, shown)))
    context = made(tmp_path, part, key, profile_key=b"the repository's secret")
    text = everything(context, validate.run(context))
    report.run(context)
    text += everything(context)
    assert [secret for secret in SECRETS if secret in text] == []
    stored = json.loads((context.results.folder / "profile.json").read_text())["payload"]["profiles"]
    (train,) = (each for each in stored if each["role"] == "train")
    columns = {each["name"]: each for each in train["columns"]}
    for name in personal(1, 0):
        assert wide or columns[name]["withheld"] in {"personal", "key"}
        assert not {"top", "hashed", "edges", "mean"} & {
            part for part, value in columns[name].items() if value
        }


def test_the_search_would_see_values_and_means_that_are_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same run where nothing counts as personal."""
    for module in ("failure_places", "brought_data"):
        monkeypatch.setattr(f"mlops_actions.stages.{module}.flagged", lambda _: frozenset())
    for module in ("stored_profiles", "summaries"):
        monkeypatch.setattr(f"mlops_actions.stages.{module}.kept_back", lambda _: {})
    context = made(tmp_path, "show_values: true", "mail")
    text = everything(context, validate.run(context))
    assert [secret for secret in SECRETS if secret in text] == list(SECRETS)


@pytest.mark.parametrize("wide", [False, True])
def test_a_schema_is_inferred_without_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wide: bool
) -> None:
    """Of names that say nothing, so that values alone tell; of many distinct values a sample does."""
    columns = dict(zip("abcdef", personal(400, 0).values(), strict=True))
    numbers = [4_929_000_000_000_000 + 10 * at for at in range(400)]
    columns["card"] = [each + _check_digit(each) for each in numbers]
    if wide:
        monkeypatch.setattr(scan, "distinct_limit", lambda _, __: 5)
    columns["call_number"] = columns.pop("f")
    write_parquet(tmp_path / "train.parquet", {**rows(400, "C"), **columns})
    done = CliRunner().invoke(command, ["infer", "--data", str(tmp_path / "train.parquet")])
    assert done.exit_code == 0
    assert [
        secret for secret in ("planted.example", "-45-10", "NO93860", "49290") if secret in done.output
    ] == []


NAMED = {
    "username": ["lindadavis", "jamessmith", "maryjones"],
    "lastname": ["Plantedsurname", "Okafor", "Nguyen"],
    "address": ["12 Planted Street", "77 Elm Ave", "Storgata 5"],
    "physician": ["Dr. Planted", "Dr. Other", "Dr. Third"],
    "assigned_to": ["b.planted", "d.rodriguez", "j.smith"],
    "sales_rep": ["Quarkstein", "Blofeldt", "Zwingliq"],
    "agent": ["James Smithplanted", "Mary Johnsonplanted", "Robert Williamsplanted"],
}  # of fewer values than DS801 says anything about


@pytest.mark.parametrize("shown", ["", SHOWN])
def test_columns_that_are_named_after_people_are_shown_nowhere(tmp_path: Path, shown: str) -> None:
    """The schema that is inferred held them back, and the profile, page and report wrote them."""
    text = CONFIG.replace("evaluate:", f"validate: {{{shown}}}\nevaluate:")
    context = make_small(tmp_path, head=text, base=text)
    rules = "".join(
        f"  {name}: {{type: string, categories: ['{each[1]}']}}\n" for name, each in NAMED.items()
    )
    for where in ("head", "base"):
        (tmp_path / where / "mlops" / "schema.yaml").write_text(SCHEMA + rules, encoding="utf-8")
        for split, n in N.items():
            columns = {name: [each[at % 3] for at in range(n)] for name, each in NAMED.items()}
            put(context, split, columns, where=where)
    text = everything(context, validate.run(context))
    report.run(context)
    text += everything(context)
    assert [each for values in NAMED.values() for each in values if each in text] == []
    payload = json.loads((context.results.folder / "dataset.json").read_text())["payload"]
    assert {each["outcome"] for each in payload["checks"] if each["id"] == "DS801"} <= {"pass", "skipped"}
    hidden = {each["name"]: each["hidden"] for each in payload["datasets"][0]["columns"]}
    assert hidden["username"] == "its name speaks of a person"
    assert hidden["agent"] == "looks like personal data"
    train = context.root / "data" / "train.parquet"
    done = CliRunner().invoke(command, ["infer", "--data", str(train)])
    assert done.exit_code == 0
    assert [each for values in NAMED.values() for each in values if each in done.output] == []


def _check_digit(number: int) -> int:
    digits = [int(each) for each in str(number)][::-1]
    return -sum(sum(divmod(2 * d, 10)) if at % 2 else d for at, d in enumerate(digits)) % 10
