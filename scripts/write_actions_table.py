"""Write the table of actions into README.md from the actions' own files; `--check` only compares.

The table stands between `<!-- actions:begin -->` and `<!-- actions:end -->`.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
BEGIN, END = "<!-- actions:begin -->", "<!-- actions:end -->"
ORDER = ("validate-data", "train", "evaluate", "score", "gate", "report")


def action_files(root: Path = ROOT) -> dict[str, Path]:
    """`uses:` name -> its action.yml, the whole pipeline first, then the stages in the order of the work.

    Raises:
        ValueError: a folder below actions/ that ORDER does not know, or the other way round.
    """
    found = {path.parent.name for path in (root / "actions").glob("*/action.yml")}
    if found != set(ORDER):
        message = f"actions/: {sorted(found)}; write_actions_table.py orders {sorted(ORDER)}"
        raise ValueError(message)
    stages = {
        f"org/mlops-actions/actions/{name}@v1": root / "actions" / name / "action.yml" for name in ORDER
    }
    return {"org/mlops-actions@v1": root / "action.yml", **stages}


def read_action(path: Path) -> dict[str, Any]:
    """An action.yml as a mapping."""
    value = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(value, dict):
        message = f"{path}: not a mapping"
        raise TypeError(message)
    return value


def table(root: Path = ROOT) -> str:
    """The Markdown table."""
    lines = ["| `uses:` | does | inputs | outputs |", "|---|---|---|---|"]
    for name, path in action_files(root).items():
        action = read_action(path)
        inputs = " ".join(f"`{key}`" for key in action["inputs"])
        outputs = " ".join(f"`{key}`" for key in action["outputs"])
        lines.append(f"| `{name}` | {action['description']} | {inputs} | {outputs} |")
    return "\n".join(lines)


def with_table(text: str, made: str) -> str:
    """The README's text with the table in its place.

    Raises:
        ValueError: a marker is missing.
    """
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        message = f"README.md: the markers {BEGIN} and {END} are expected"
        raise ValueError(message)
    return f"{before}{BEGIN}\n{made}\n{END}{after}"


def main() -> int:
    """Write or compare; 1 when they differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the table is stale")
    check = parser.parse_args().check
    readme = ROOT / "README.md"
    text = readme.read_text(encoding="utf-8")
    wanted = with_table(text, table())
    if text == wanted:
        return 0
    if check:
        print("README.md: the table of actions is stale; run scripts/write_actions_table.py", file=sys.stderr)
        return 1
    readme.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
