"""Real data sets (`make real-data`), and a project around one of them, validated by the command itself."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mlops_actions.results.dataset import DatasetResult
from mlops_actions.results.envelope import Envelope

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]
MLOPS = Path(sys.executable).with_name("mlops")


@pytest.fixture(scope="session")
def real_data() -> Path:
    folder = ROOT / ".real-data"
    if not (folder / "flights.csv").is_file():
        pytest.skip("the real data sets are not there: `make real-data` fetches them")
    return folder


@pytest.fixture
def validate(real_data: Path, tmp_path: Path) -> Callable[..., DatasetResult]:
    """Validate with these files, lines of mlops.yaml and schema; without the checks that fit models."""

    def run(data: str, *files: str, more: str = "", schema: str = "") -> DatasetResult:
        for name in files:
            shutil.copy(real_data / name, tmp_path / name)
        text = f"version: 1\nproject: known\ndata: {data}\nvalidate: {{model_checks: 'off'}}\n{more}"
        (tmp_path / "mlops.yaml").write_text(text)
        if schema:
            (tmp_path / "schema.yaml").write_text(schema)
        done = subprocess.run([MLOPS, "validate"], cwd=tmp_path, check=False, capture_output=True, text=True)
        assert done.returncode in {0, 1}, done.stderr
        written = (tmp_path / ".mlops" / "results" / "dataset.json").read_text(encoding="utf-8")
        return Envelope[DatasetResult].model_validate_json(written).payload

    return run
