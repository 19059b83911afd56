"""model-card.md, from the results that are there and what the configuration in force declares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.adapters.results_folder import write_atomically
from mlops_actions.errors import MlopsError
from mlops_actions.report.card.about import About, DataSet
from mlops_actions.report.card.model_card import model_card
from mlops_actions.stages.signed_model import check_models

if TYPE_CHECKING:
    from mlops_actions.report.view import View
    from mlops_actions.stages.context import RunContext

NAME = "model-card.md"


def write_card(context: RunContext, view: View) -> bool:
    """Whether there is one: an older card is removed without a trained candidate, or for a changed model."""
    place = context.results.folder / NAME
    text = "" if _changed(context, view) else model_card(view, _about(context))
    if not text:
        place.unlink(missing_ok=True)
        return False
    write_atomically(place, text.encode())
    return True


def _changed(context: RunContext, view: View) -> bool:
    """Whether a model at hand is not the trained one; the job that posts may have no model."""
    training = view.training.payload if view.training is not None else None
    if training is None or not (context.results.folder / "models").is_dir():
        return False
    try:
        check_models(context, training)
    except MlopsError as error:
        context.progress.step(f"no model card: {error.problems[0].message}")
        return True
    return False


def answers(task: str, output: str) -> str:
    """What the model's API is declared to answer, in words."""
    if task == "regression":
        return "a number"
    probability = "a probability" if task == "binary" else "a probability of each class"
    return {"both": f"a label and {probability}", "probability": probability}.get(output, f"a {output}")


def _about(context: RunContext) -> About:
    config = context.config
    data = config.data
    signing = config.train.signing if config.train is not None else None
    return About(
        target=data.target,
        train=data.train,
        evaluation=data.evaluation or "",
        sensitive=data.sensitive,
        output=answers(config.evaluate.task, config.serving.output),
        sources=tuple(
            DataSet(each.path, each.owner, each.licence, each.authorised_by, each.sha256 or "")
            for each in data.sources
        ),
        config_file=context.config_file,
        public_key=signing.public_key if signing is not None else "",
    )
