"""Files that the schema's references name are judged by their source, as every file that is used."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from mlops_actions.results.verdict import Outcome
from mlops_actions.stages import model_checks
from tests.stages.small import CONFIG, SCHEMA, found, make_small, run

if TYPE_CHECKING:
    from pathlib import Path

CITIES = "city\nOslo\nBergen\n"
SHA = hashlib.sha256(CITIES.encode()).hexdigest()
SOURCE = (
    "  sources:\n    - {id: codes, path: data/cities.csv, owner: me, licence: MIT, authorised_by: board, "
    f"sha256: {SHA}}}\n"
)
DECLARED = CONFIG.replace("evaluate:", SOURCE + "evaluate:")
SOURCES = ("DS701", "DS702", "DS703", "DS704")


@pytest.mark.parametrize(("text", "outcome"), [(CITIES, Outcome.PASS), (CITIES + "Hamar\n", Outcome.FAIL)])
def test_its_bytes_are_the_declared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, outcome: Outcome
) -> None:
    monkeypatch.setattr(model_checks, "find_spec", lambda _: None)
    context = make_small(tmp_path, head=DECLARED, base=DECLARED)
    for folder in (tmp_path / "head", tmp_path / "base"):
        (folder / "mlops" / "schema.yaml").write_text(
            SCHEMA + "references: [{columns: [city], file: data/cities.csv}]\n"
        )
        (folder / "data" / "cities.csv").write_text(text)
    _, payload = run(context)
    seen = [each.id for each in payload.checks if each.subject == "data/cities.csv" and each.id in SOURCES]
    assert seen == list(SOURCES)
    assert found(payload, "DS701", "data/cities.csv").outcome is outcome
