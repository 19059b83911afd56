"""DS701 to DS704: whose file it is, on what terms, whether it changed openly, until when it may be kept."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from mlops_actions.checks.authority import Letter, names_file
from mlops_actions.checks.licences import is_spdx, is_unknown, near_spdx
from mlops_actions.checks.sources import Declared, check_sources, source_of, used
from mlops_actions.config.data import DataSource
from mlops_actions.profile.table import TableProfile
from mlops_actions.results.verdict import Outcome

PASS, WARN, FAIL, SKIPPED = Outcome.PASS, Outcome.WARN, Outcome.FAIL, Outcome.SKIPPED
SHA, OTHER = "ab" * 32, "cd" * 32


def source(path: str = "data/a.csv", sha256: str | None = SHA, **parts: Any) -> DataSource:
    made = {"id": "crm", "owner": "sales", "licence": "MIT", "authorised_by": "board", **parts}
    return DataSource.model_validate({"path": path, "sha256": sha256, **made})


def judged(
    check: str,
    *sources: DataSource,
    base: tuple[DataSource, ...] | None = None,
    today: date | None = None,
    path: str = "data/a.csv",
    role: str = "train",
) -> tuple[Outcome, str]:
    table = TableProfile(role, path, 5, (), 1, SHA)
    found = check_sources((table,), Declared(sources, base, today))
    assert [each.id for each in found] == ["DS701", "DS702", "DS703", "DS704"]
    (seen,) = (each for each in found if each.id == check)
    assert (seen.n, seen.role, seen.subject) == (5, role, path)
    return seen.outcome, seen.sentence


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
            (source(sha256=OTHER),),
            FAIL,
            "data/a.csv: sha256 abababababab... is not the declared cdcdcdcdcdcd... of source crm (MIT)",
        ),
        (
            (source(sha256=None),),
            FAIL,
            "data/a.csv: source crm declares no sha256, so a change would go unnoticed",
        ),
        (
            (source("data", OTHER),),
            WARN,
            (
                "data/a.csv: lies in source crm, whose sha256 is over all of data and cannot be "
                "compared with a part's"
            ),
        ),
        ((source("b.csv"),), FAIL, "data/a.csv: belongs to none of the 1 declared source"),
        ((source("dat"),), FAIL, "data/a.csv: belongs to none of the 1 declared source"),
        ((), SKIPPED, "Source: data.sources is not declared"),
    ],
)
def test_a_file_belongs_to_a_source(sources: tuple[DataSource, ...], outcome: Outcome, sentence: str) -> None:
    assert judged("DS701", *sources) == (outcome, sentence)


@pytest.mark.parametrize(
    ("declared", "remedy"),
    [
        (
            source(sha256=OTHER),
            "Restore the declared file; where the change is meant, declare its new sha256 with it.",
        ),
        (source(sha256=None), "Declare the source's sha256."),
        (source("data", OTHER), "Declare this file as a source of its own, with its sha256."),
        (source("b.csv"), "Declare the source with owner, licence and sha256."),
        (source(), ""),
    ],
)
def test_what_is_to_be_done_fits_the_case(declared: DataSource, remedy: str) -> None:
    table = TableProfile("train", "data/a.csv", 5, (), 1, SHA)
    found = {each.id: each for each in check_sources((table,), Declared((declared,)))}
    assert found["DS701"].remediation == remedy


@pytest.mark.parametrize("declared", ["data/*.parquet", "data", "./data/", "data/part-0.parquet"])
def test_a_folder_or_a_glob_holds_its_parts(declared: str) -> None:
    found = source_of("data/part-0.parquet", (source("elsewhere"), source(declared)))
    assert found is not None
    assert found.path == declared


def test_the_file_itself_goes_before_its_folder() -> None:
    found = source_of("data/a.csv", (source("data", id="folder"), source(id="file")))
    assert found is not None
    assert found.id == "file"


@pytest.mark.parametrize(
    ("parts", "outcome", "words"),
    [
        ({}, PASS, "licence MIT (SPDX), authorised by board"),
        ({"licence": "contract 12/2024 with the bank"}, PASS, "(a text), authorised by board"),
        ({"licence": "cc by 4.0"}, PASS, "(a text; the SPDX id CC-BY-4.0 is near)"),
        ({"licence": "unknown"}, FAIL, "licence 'unknown' names no terms"),
        ({"authorised_by": ""}, FAIL, "authorised_by is empty, its use is not authorised"),
        ({"authorised_by": "  "}, FAIL, "authorised_by is empty, its use is not authorised"),
        ({"authorised_by": "n/a"}, FAIL, "authorised_by 'n/a' names nobody"),
        ({"owner": "-"}, FAIL, "owner '-' names nobody"),
        ({"owner": "Unknown"}, FAIL, "owner 'Unknown' names nobody"),
    ],
)
def test_terms_and_authority(parts: dict[str, Any], outcome: Outcome, words: str) -> None:
    seen = judged("DS702", source(**parts))
    assert seen[0] is outcome
    assert words in seen[1]


@pytest.mark.parametrize(
    ("name", "role", "outcome", "words"),
    [
        ("docs/ok.md", "train", PASS, "authorised by docs/ok.md (sha256 abababababab...)"),
        ("docs/ok.md", "evaluation", FAIL, "authorised_by names docs/ok.md, and there is no such file"),
        ("old.pdf", "evaluation", PASS, "authorised by old.pdf (sha256 cdcdcdcdcdcd...)"),
        ("empty.txt", "train", FAIL, "authorised_by names empty.txt, which is empty"),
        ("nope.md", "train", FAIL, "authorised_by names nope.md, and there is no such file"),
    ],
)
def test_a_file_that_authorises_is_there_beside_the_declaration(
    name: str, role: str, outcome: Outcome, words: str
) -> None:
    letters = {
        ("head", "docs/ok.md"): Letter(12, SHA),
        ("head", "empty.txt"): Letter(0, SHA),
        ("base", "old.pdf"): Letter(12, OTHER),
    }
    declared = (source(authorised_by=name),)
    table = TableProfile(role, "data/a.csv", 5, (), 1, SHA)
    (seen,) = (
        each
        for each in check_sources((table,), Declared(declared, declared, None, letters))
        if each.id == "DS702"
    )
    assert (seen.outcome, words in seen.sentence) == (outcome, True)


@pytest.mark.parametrize(
    ("text", "file"),
    [
        ("nope.md", True),
        ("docs/approvals/2024-07", True),
        ("legal approval 7.pdf", True),
        ("board", False),
        ("Ann Lee, DPO", False),
        ("DPO / legal team", False),
        ("JIRA-123", False),
        ("dpo@example.org", False),
        ("https://example.org/ticket.html", False),
        ("v1.2", False),
    ],
)
def test_files_are_told_from_words(text: str, file: bool) -> None:
    assert names_file(text) is file


def test_an_upper_case_sha256_is_the_same_digest() -> None:
    assert source(sha256=SHA.upper()).sha256 == SHA


@pytest.mark.parametrize(
    ("licence", "spdx", "near"),
    [
        ("MIT", True, ""),
        ("MIT OR (Apache-2.0 AND CC-BY-4.0)", True, ""),
        ("LicenseRef-Bank-2024", True, ""),
        ("mit", False, "MIT"),
        ("CC BY-SA 4.0", False, "CC-BY-SA-4.0"),
        ("MIT OR something", False, ""),
        ("our own customers' consent", False, ""),
    ],
)
def test_spdx_ids_are_told_from_texts(licence: str, spdx: bool, near: str) -> None:
    assert (is_spdx(licence), near_spdx(licence)) == (spdx, near)


def test_words_that_name_no_terms() -> None:
    assert [each for each in ("TODO", " tbd ", "N/A", "MIT", "none given") if is_unknown(each)] == [
        "TODO",
        " tbd ",
        "N/A",
    ]


@pytest.mark.parametrize(
    ("head", "base", "outcome", "sentence"),
    [
        (source(), None, SKIPPED, "Source change: there is no base commit to compare with"),
        (source(), (), SKIPPED, "Source change: the base commit declares no sha256 of it"),
        (source(), (source(),), PASS, "data/a.csv: sha256 abababababab..., as the base commit declares"),
        (
            source(sha256=OTHER),
            (source(sha256=OTHER),),
            FAIL,
            (
                "data/a.csv: sha256 changed from cdcdcdcdcdcd... to abababababab..., and unchanged is "
                "the declaration of source crm"
            ),
        ),
        (
            source(sha256=OTHER, version="2"),
            (source(sha256=OTHER, version="1"),),
            FAIL,
            (
                "data/a.csv: sha256 changed from cdcdcdcdcdcd... to abababababab..., and only version "
                "1 -> 2 changed in the declaration of source crm"
            ),
        ),
        (
            source(version="2", as_of="2024-05-01"),
            (source(sha256=OTHER, version="1", as_of="2024-05-01"),),
            PASS,
            (
                "data/a.csv: sha256 changed from cdcdcdcdcdcd... to abababababab..., and the "
                "declaration of source crm with it (version 1 -> 2); still declared: as_of 2024-05-01"
            ),
        ),
    ],
)
def test_bytes_change_only_with_their_declaration(
    head: DataSource, base: tuple[DataSource, ...] | None, outcome: Outcome, sentence: str
) -> None:
    assert judged("DS703", head, base=base) == (outcome, sentence)


def test_evaluation_rows_are_judged_by_the_declaration_they_were_read_with() -> None:
    head, base = source(sha256=OTHER), source()
    assert judged("DS701", head, base=(base,), role="evaluation")[0] is PASS
    assert judged("DS701", head, base=(base,))[0] is FAIL


@pytest.mark.parametrize(
    ("until", "today", "outcome", "words"),
    [
        ("2024-05-01", date(2024, 5, 1), PASS, "0 days left (today 2024-05-01)"),
        ("2024-05-01", date(2024, 5, 2), FAIL, "kept until 2024-05-01, 1 day past (today 2024-05-02)"),
        (None, date(2024, 5, 2), SKIPPED, "declares no retention_until"),
        ("2024-05-01", None, SKIPPED, "the day of the run is not known"),
    ],
)
def test_data_is_kept_until_its_day(
    until: str | None, today: date | None, outcome: Outcome, words: str
) -> None:
    seen = judged("DS704", source(retention_until=until), today=today)
    assert seen[0] is outcome
    assert words in seen[1]


@pytest.mark.parametrize(
    ("today", "outcome"), [(date(2024, 5, 1), PASS), (date(2024, 4, 30), PASS), (date(2024, 4, 29), FAIL)]
)
def test_no_state_is_of_the_future(today: date, outcome: Outcome) -> None:
    """It is tomorrow somewhere."""
    seen, text = judged("DS701", source(as_of="2024-05-01"), today=today)
    assert seen is outcome
    assert ("as of 2024-05-01, after today (2024-04-29)" in text) is (outcome is FAIL)


def test_the_base_commits_copy_of_the_training_data_is_not_judged_again() -> None:
    now = TableProfile("train", "data/a.csv", 5, (), 1, SHA)
    before = TableProfile("reference", "data/a.csv at bbbbbbbbbbbb", 5, (), 1, OTHER)
    assert used({"train": now, "reference": before}) == (now,)
