"""DS701: whose file it is."""

from __future__ import annotations

import pytest

from mlops_actions.checks.sources import Declared, check_sources
from mlops_actions.config.data import DataSource
from mlops_actions.profile.table import TableProfile
from mlops_actions.results.verdict import Outcome

PASS, WARN, FAIL, SKIPPED = Outcome.PASS, Outcome.WARN, Outcome.FAIL, Outcome.SKIPPED
SHA = "ab" * 32


def source(path: str = "data/a.csv", sha256: str | None = SHA) -> DataSource:
    return DataSource(id="crm", owner="o", licence="MIT", path=path, sha256=sha256)


@pytest.mark.parametrize(
    ("sources", "outcome", "sentence"),
    [
        (
            (source(),),
            PASS,
            "data/a.csv: sha256 abababababab... is the declared abababababab... of source crm (MIT)",
        ),
        (
            (source("other.csv"), source("./data/a.csv")),
            PASS,
            "data/a.csv: sha256 abababababab... is the declared abababababab... of source crm (MIT)",
        ),
        (
            (source(sha256="cd" * 32),),
            FAIL,
            "data/a.csv: sha256 abababababab... is not the declared cdcdcdcdcdcd... of source crm (MIT)",
        ),
        (
            (source(sha256=None),),
            WARN,
            "data/a.csv: source crm declares no sha256, so a change would go unnoticed",
        ),
        ((source("b.csv"),), FAIL, "data/a.csv: belongs to none of the 1 declared source"),
        ((), SKIPPED, "Source: data.sources is not declared"),
    ],
)
def test_a_file_belongs_to_a_source(sources: tuple[DataSource, ...], outcome: Outcome, sentence: str) -> None:
    table = TableProfile("train", "data/a.csv", 5, (), 1, SHA)
    seen = next(each for each in check_sources((table,), Declared(sources)) if each.id == "DS701")
    assert (seen.outcome, seen.sentence, seen.n) == (outcome, sentence, 5)
