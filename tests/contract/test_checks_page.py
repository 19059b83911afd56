"""docs/checks.md is generated from the catalog of checks."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from mlops_actions.checks.catalog import IDS

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_is_current() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "write_checks.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_every_check_has_a_part_and_every_link_of_the_list_leads_to_one() -> None:
    page = (ROOT / "docs" / "checks.md").read_text(encoding="utf-8")
    heads = re.findall(r"^### (DS\d+ .*)$", page, re.MULTILINE)
    assert tuple(head.split(" ")[0] for head in heads) == IDS
    anchors = [re.sub(r"[^\w-]", "", head.lower().replace(" ", "-")) for head in heads]
    assert re.findall(r"\]\(#([^)]*)\)", page) == anchors


def test_what_ends_a_sentence_is_no_part_of_a_name() -> None:
    page = (ROOT / "docs" / "checks.md").read_text(encoding="utf-8")
    assert not re.search(r"`[a-z_.]+[.,;:]`", page)
    assert "change `min_length` or `max_length`." in page
