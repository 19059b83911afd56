"""The kind of a file by its name."""

from __future__ import annotations

from pathlib import PurePath

import pytest

from mlops_actions.adapters.datasets.formats import form_of


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("a.parquet", ".parquet"),
        ("a.csv", ".csv"),
        ("A.CSV", ".csv"),
        ("a.b.tsv.gz", ".tsv.gz"),
        ("a.jsonl.zst", ".jsonl.zst"),
        ("a.NDJSON.GZ", ".ndjson.gz"),
        ("a.feather", ".feather"),
        ("a.csv.parquet", ".parquet"),
        ("a.parquet.gz", None),
        ("a.arrow.zst", None),
        ("a.csv.bak", None),
        ("a.gz", None),
        ("csv", None),
        (".csv", None),
        ("a.json", None),
        ("", None),
    ],
)
def test_the_last_endings_say_it(name: str, form: str | None) -> None:
    found = form_of(PurePath(name))
    assert (str(found) if found else None) == form


def test_texts_are_told_from_the_rest() -> None:
    assert [name for name in ("a.csv", "a.tsv", "a.jsonl", "a.parquet", "a.arrow") if _is_text(name)] == [
        "a.csv",
        "a.tsv",
        "a.jsonl",
    ]


def _is_text(name: str) -> bool:
    form = form_of(PurePath(name))
    return form is not None and form.is_text
