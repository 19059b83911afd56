"""What a step tells the next one, and what it was told to expect."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlops_actions.adapters.results_folder import ResultsFolder
from mlops_actions.commands.outputs import EXPECT, expected_digests
from mlops_actions.errors import EvidenceError, UsageError
from mlops_actions.results.dataset import DatasetResult

if TYPE_CHECKING:
    from pathlib import Path

ONE, TWO = "a" * 64, "b" * 64


def test_lines_of_kind_and_digest() -> None:
    assert expected_digests({EXPECT: f"dataset={ONE}\n\n training = {TWO} \n"}) == {
        "dataset": ONE,
        "training": TWO,
    }
    assert expected_digests({}) == {}


@pytest.mark.parametrize("line", ["dataset", f"data={ONE}", "dataset=abc", f"dataset={ONE.upper()}", ONE])
def test_anything_else_is_a_usage_error(line: str) -> None:
    with pytest.raises(UsageError) as caught:
        expected_digests({EXPECT: line})
    assert line[:20] in str(caught.value)


def test_a_file_where_its_stage_told_no_digest_is_refused(tmp_path: Path) -> None:
    (tmp_path / "dataset.json").write_text("{}")
    results = ResultsFolder(tmp_path, expected=expected_digests({EXPECT: "dataset="}))
    with pytest.raises(EvidenceError, match="differs from its stage's no-result"):
        results.read("dataset", DatasetResult)
