"""Outputs of DVC's documents, and from which folder their paths start."""

from __future__ import annotations

from typing import Any

import pytest

from mlops_actions.dvc_lock import folder_of, outputs_in, outputs_of_lock

OUT = {"path": "x.csv", "md5": "bbbb"}


def test_a_path_starts_from_the_folder_of_its_stage() -> None:
    lock = {"stages": {"a": {"outs": [OUT]}, "b@1": {"outs": [OUT]}, "c": {"outs": [OUT]}}}
    pipeline = {"stages": {"a": {"wdir": "data"}, "b": {"wdir": ".."}}}
    assert list(outputs_of_lock(lock, pipeline)) == [("data", OUT), ("..", OUT), (".", OUT)]
    assert list(outputs_of_lock(lock, None)) == [(".", OUT)] * 3


@pytest.mark.parametrize("document", [None, [], "x", {"stages": []}, {"stages": {"a": {"outs": ["x"]}}}])
def test_what_is_no_lock_has_no_output(document: Any) -> None:
    assert list(outputs_of_lock(document, document)) == []


def test_a_dvc_file_is_one_stage() -> None:
    document = {"wdir": "..", "outs": [OUT, None]}
    assert (folder_of(document), list(outputs_in(document))) == ("..", [OUT])
    assert (folder_of({"outs": "x"}), list(outputs_in({"outs": "x"}))) == (".", [])
