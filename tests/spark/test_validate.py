"""The whole stage on the second engine: the same results, and ports that nobody else reaches."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_actions.results.profile import StoredProfiles
from mlops_actions.stages import model_checks
from tests.stages.small import CONFIG, make_small, put, run

if TYPE_CHECKING:
    import pytest

    from mlops_actions.results.dataset import DatasetResult

LISTENS = "0A"
NUMBERED = re.compile(r", the first in data row [0-9,]+")


def validated(folder: Path, engine: str) -> tuple[DatasetResult, StoredProfiles]:
    """A changed training file under the engine."""
    folder.mkdir()
    text = CONFIG + f"validate: {{engine: {engine}}}\n"
    context = make_small(folder, head=text, base=text)
    put(context, "train", {"city": ["Oslo"] * 250 + [None] * 29 + ["Bodø"], "visits": [0.5] * 279 + [1e300]})
    _, payload = run(context)
    profiles = context.results.read("profile", StoredProfiles)[0].payload
    assert isinstance(profiles, StoredProfiles)
    return payload, profiles


def test_both_engines_come_to_the_same_results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_checks, "find_spec", lambda _: None)
    first, second = (validated(tmp_path / engine, engine) for engine in ("duckdb", "spark"))
    assert first[1] == second[1]
    assert without_rows(first[0]) == without_rows(second[0])
    assert any(check.outcome.value == "fail" for check in first[0].checks)
    assert any(case.rows for check in first[0].checks for case in check.failures)


def without_rows(payload: DatasetResult) -> DatasetResult:
    """What names rows by their number: Spark keeps no order of them, and says so."""
    checks = tuple(
        check.model_copy(update={"failures": (), "sentence": NUMBERED.sub("", check.sentence)})
        for check in payload.checks
    )
    return payload.model_copy(update={"checks": checks})


def test_spark_listens_on_this_machine_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every port that the driver opened, as /proc tells of the java child."""
    monkeypatch.setattr(model_checks, "find_spec", lambda _: None)
    validated(tmp_path / "spark", "spark")
    children = Path("/proc/self/task").glob("*/children")
    java = [pid for each in children for pid in each.read_text().split()]
    assert java
    sockets = {
        link.readlink().name
        for pid in java
        for link in Path(f"/proc/{pid}/fd").iterdir()
        if link.is_symlink()
    }
    lines = [
        line.split()
        for name in ("tcp", "tcp6")
        for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]
    ]
    mine = [line for line in lines if line[3] == LISTENS and f"socket:[{line[9]}]" in sockets]
    assert mine
    here = ("0100007F", "00000000000000000000000001000000", "0000000000000000FFFF00000100007F")
    assert {line[1].split(":")[0] for line in mine} <= set(here)
