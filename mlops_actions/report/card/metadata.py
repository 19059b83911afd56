"""The card's YAML header, as Hugging Face's Hub reads it (model-index)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from mlops_actions.report.card.about import About
    from mlops_actions.report.view import View

TASKS = {
    "binary": "tabular-classification",
    "multiclass": "tabular-classification",
    "regression": "tabular-regression",
}


def metadata(view: View, about: About) -> str:
    """Between lines of three hyphens; figures of the evaluation rows, with that data's digest as revision."""
    document: dict[str, Any] = {"tags": ["mlops-actions", "tabular"]}
    if view.evaluation is not None:
        payload = view.evaluation.payload
        task = TASKS[payload.task]
        rows = next((each for each in view.evaluation.inputs if each.role == "evaluation"), None)
        dataset = {
            "name": _line(about.evaluation) or "evaluation",
            "type": view.project,
            "split": "evaluation",
        }
        if rows is not None:
            dataset["revision"] = rows.sha256
        figures = [
            {"name": _line(each.title), "type": each.name, "value": each.candidate.value, "verified": False}
            for each in view.overall("metric")
            if each.candidate.value is not None
        ]
        document["pipeline_tag"] = task
        if figures:
            result = {"task": {"type": task}, "dataset": dataset, "metrics": figures}
            document["model-index"] = [{"name": view.project, "results": [result]}]
    made: str = yaml.safe_dump(document, sort_keys=True, allow_unicode=True, width=1000)
    return f"---\n{made}---\n"


def _line(value: str) -> str:
    """One line: what reads the header looks for a line of three hyphens."""
    return " ".join(value.split())
