"""The files that a training needs are looked for before it starts, and no others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlops_actions.errors import ConfigError
from mlops_actions.stages.needs import check_training
from tests.stages.trained_small import make_trained, text

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(("executor", "needed"), [
    ("auto", True), ("process", True), ("docker", False), ("kubernetes", False),
])  # fmt: skip
def test_a_processs_lock_is_needed_where_a_process_may_run(
    tmp_path: Path, executor: str, needed: bool
) -> None:
    more = f"  executor: {executor}\n  container: {{build: .}}\n"
    if executor == "kubernetes":
        more += "  kubernetes: {namespace: ml}\n"
    context = make_trained(tmp_path, text("fit", more=more))
    (context.root / "requirements.txt").unlink(missing_ok=True)
    (context.root / "Dockerfile").write_text("FROM scratch\n")
    if needed:
        with pytest.raises(
            ConfigError, match=r"train\.process\.requirements: requirements\.txt: no such file"
        ):
            check_training(context)
    else:
        check_training(context)
