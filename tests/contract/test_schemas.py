"""schemas/ is generated from the code, and the examples satisfy it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]


def test_schemas_are_current() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "write_schemas.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    "path", sorted((ROOT / "examples").glob("*/mlops.yaml")), ids=lambda p: p.parent.name
)
def test_examples_satisfy_the_editors_schema(path: Path) -> None:
    schema = json.loads((ROOT / "schemas" / "mlops.schema.json").read_text())
    jsonschema.validate(yaml.safe_load(path.read_text()), schema)


def test_the_schema_refuses_an_unknown_key() -> None:
    schema = json.loads((ROOT / "schemas" / "mlops.schema.json").read_text())
    document = {"version": 1, "project": "x", "data": {"train": "a", "target": "b"}, "bogus": 1}
    with pytest.raises(jsonschema.ValidationError, match="bogus"):
        jsonschema.validate(document, schema)
