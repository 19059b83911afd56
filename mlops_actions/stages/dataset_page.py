"""dataset.html beside dataset.json: the same result as a page to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlops_actions.adapters.results_folder import write_atomically
from mlops_actions.report.data_page.page import render_page

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_actions.results.envelope import Envelope

NAME = "dataset.html"


def write_page(folder: Path, project: str, envelope: Envelope[Any]) -> Path:
    """Write it from the result alone, so that a later job can make it again from dataset.json."""
    path = folder / NAME
    write_atomically(path, render_page(project, envelope).encode("utf-8", "replace"))
    return path
