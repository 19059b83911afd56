"""Judging a data set needs no package that is slow to import."""

from __future__ import annotations

import subprocess
import sys


def test_the_checks_import_neither_scipy_stats_nor_pandas() -> None:
    code = (
        "import sys, mlops_actions.checks.families as f; print([m for m in sys.argv[1:] if m in sys.modules])"
    )
    slow = ["scipy.stats", "scipy.spatial", "pandas", "sklearn", "matplotlib"]
    done = subprocess.run([sys.executable, "-c", code, *slow], check=True, capture_output=True, text=True)
    assert done.stdout == "[]\n"
