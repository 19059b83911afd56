"""Write schemas/*.schema.json from config/ and results/, or with --check say whether they are current."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from mlops_actions.config.model import Config
from mlops_actions.results.dataset import DatasetResult
from mlops_actions.results.envelope import Envelope
from mlops_actions.results.evaluation import EvaluationResult
from mlops_actions.results.gate import GateResult
from mlops_actions.results.profile import StoredProfiles
from mlops_actions.results.score import ScoreResult
from mlops_actions.results.training import TrainingResult

FOLDER = Path(__file__).resolve().parents[1] / "schemas"
PAYLOADS = {
    "dataset": DatasetResult,
    "profile": StoredProfiles,
    "training": TrainingResult,
    "evaluation": EvaluationResult,
    "score": ScoreResult,
    "gate": GateResult,
}


def schemas() -> dict[str, str]:
    """File name to text."""
    made = {"mlops": Config.model_json_schema()}
    made |= {name: Envelope[payload].model_json_schema() for name, payload in PAYLOADS.items()}  # type: ignore[valid-type]  # generic over a run-time class
    return {
        f"{name}.schema.json": json.dumps(
            {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}, indent=1, sort_keys=True
        )
        + "\n"
        for name, schema in made.items()
    }


def main() -> int:
    """0, or 1 when --check found a difference."""
    stale = []
    for name, text in schemas().items():
        path = FOLDER / name
        if "--check" not in sys.argv:
            path.write_text(text)
        elif not path.is_file() or path.read_text() != text:
            stale.append(name)
    if stale:
        print(f"stale: {', '.join(stale)}; run `make schemas`")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
