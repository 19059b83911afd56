"""What the stage imports: nothing that takes seconds, unless a check that needs it is on."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from mlops_actions.adapters.datasets.rows import write_parquet

if TYPE_CHECKING:
    from pathlib import Path

SLOW = ("pandas", "sklearn", "matplotlib", "scipy.stats")
CONFIG = """\
version: 1
project: small
data: {train: train.parquet, evaluation: evaluation.parquet, target: y, key: id}
train: {process: {command: [python, train.py]}}
evaluate: {task: regression}
validate: {model_checks: "off"}
"""
IMPORT = "import mlops_actions.stages.validate"
RUN = (
    "import sys; from mlops_actions.cli import main; sys.argv = ['mlops', 'validate']\n"
    "try:\n    main()\nexcept SystemExit as end:\n    assert end.code in (0, 1), end.code"
)
SEEN = "\nimport json, sys; print('@@' + json.dumps(sorted(sys.modules)))"


@pytest.mark.parametrize("program", [IMPORT, RUN], ids=["imported", "run"])
def test_validate_imports_nothing_slow(tmp_path: Path, program: str) -> None:
    for at, split in enumerate(("train", "evaluation")):
        rows = range(at * 200, at * 200 + 200)
        texts = [f"t{row % 5}" for row in rows]
        numbers = [row / 7 for row in rows]
        write_parquet(tmp_path / f"{split}.parquet", {"id": list(rows), "x": texts, "y": numbers})
    (tmp_path / "mlops.yaml").write_text(CONFIG, encoding="utf-8")
    (tmp_path / "train.py").touch()
    done = subprocess.run(
        [sys.executable, "-c", program + SEEN], cwd=tmp_path, check=True, capture_output=True, text=True
    )
    seen = json.loads(done.stdout.rpartition("@@")[2])
    assert "mlops_actions.stages.validate" in seen
    assert not [name for name in SLOW if name in seen]
    assert (tmp_path / ".mlops/results/dataset.json").is_file() is (program == RUN)
