"""A pull request that brings data which excuses it, or broken data: both copies are judged, and named.

Whole runs on real repositories, as in test_policy_attacks.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.stages.small_repository import (
    CONFIG,
    SCHEMA,
    Judged,
    as_event,
    make_repository,
    open_pull_request,
    project,
    rows,
    run_everything,
    session,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from mlops_actions.stages.context import RunContext

    Files = Mapping[str, str | Path | None]
    Proposal = Callable[..., RunContext]


@pytest.fixture
def propose(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Proposal:
    """A pull request's run, opened on its merge commit."""

    def made(files: Files, base: Files | None = None) -> RunContext:
        repository = make_repository(tmp_path / "here", base)
        pull = open_pull_request(repository, files)
        as_event(monkeypatch, tmp_path, "pull_request", pull.payload)
        return session(repository)

    return made


def shown(judged: Judged, key: str, *values: str) -> bool:
    """Whether the report's warning names the changed part and both values, as it escapes them."""
    start = judged.report.index("of what judges it")
    warning = judged.report[start : judged.report.index("\n\n", start + 200)]
    plain = warning.replace("\\", "").replace("\u200b", "").replace("`", "")
    return all(value in plain for value in (key, *values))


LOGGED = CONFIG.replace("schema: schema.yaml}", "schema: schema.yaml, serving_log: log.csv}")
LOG = rows(3000).replace(",left\n", ",prediction\n")


@pytest.mark.parametrize("log", ["log.csv", "other.csv", None])
def test_a_serving_log_that_fits_skewed_training_rows(propose: Proposal, log: str | None) -> None:
    """Half of the amounts are gone from both, the log under its own name, another one, or none."""
    named = f"serving_log: {log}" if log is not None else ""
    lines = rows(1000, 400).splitlines(keepends=True)
    skewed = "".join(line for line in lines if "amount" in line or _small(line))
    forged = skewed.replace(",left\n", ",prediction\n")
    files = {
        "mlops.yaml": LOGGED.replace(", serving_log: log.csv", f", {named}" if named else ""),
        "train.csv": skewed,
        **({log: forged} if log is not None else {}),
    }
    judged = run_everything(propose(files, project(**{"mlops.yaml": LOGGED, "log.csv": LOG})))
    assert "DS305" in judged.report
    key = "data.serving_log"
    assert shown(judged, key, *judged.changes[key])


def _small(line: str) -> bool:
    return float(line.split(",")[1]) < 50


def test_a_look_up_file_that_lets_bad_rows_pass(propose: Proposal) -> None:
    schema = f"{SCHEMA}references: [{{columns: [id], file: ids.csv}}]\n"
    known = "id\n" + "".join(f"{row}\n" for row in (*range(120), *range(1000, 1120)))
    base = project(**{"schema.yaml": schema, "ids.csv": known})
    bad = f"{rows(1000)}7777,5,1\n"
    judged = run_everything(propose({"train.csv": bad, "ids.csv": f"{known}7777\n"}, base))
    assert judged.code == 1
    (red,) = [rule.sentence for rule in judged.gate.rules if rule.kind == "stage"]
    assert "DS112 train: 1 of n=121 rows have a id that is not in ids.csv" in red
    assert shown(judged, "data.schema.references", "ids.csv")


def test_a_serving_log_that_the_base_names_and_a_step_fetches_may_come(propose: Proposal) -> None:
    """It is data and no rule: the base commit has none, so the change's own is read, and shown."""
    base = project(**{"mlops.yaml": LOGGED})
    judged = run_everything(propose({"log.csv": LOG}, base))
    (change,) = judged.gate.changes
    assert (change.key, change.base, change.in_force) == ("data.serving_log", "not there", True)


def test_personal_data_in_a_first_serving_log(propose: Proposal) -> None:
    log = "id,contact\n" + "".join(f"{row},who{row}@corp.example\n" for row in range(200))
    judged = run_everything(propose({"mlops.yaml": LOGGED, "log.csv": log}))
    (red,) = [rule.sentence for rule in judged.gate.rules if rule.kind == "stage"]
    assert "DS801 serving_log.contact: 200 e-mail addresses" in red


def test_personal_data_in_rows_that_rule_after_the_merge(propose: Proposal) -> None:
    """After the merge it would stand in the history."""
    lines = rows().splitlines()
    mails = [f"{line},who{at}@corp.example" for at, line in enumerate(lines[1:])]
    own = "\n".join((f"{lines[0]},contact", *mails)) + "\n"
    schema = f"{SCHEMA}allow_extra_columns: true\n"
    judged = run_everything(propose({"evaluation.csv": own}, project(**{"schema.yaml": schema})))
    assert judged.code == 1
    (red,) = [rule.sentence for rule in judged.gate.rules if rule.kind == "stage"]
    assert "DS801 evaluation.csv of this change: evaluation.contact: 120 e-mail addresses" in red
    assert "corp.example" not in judged.report
