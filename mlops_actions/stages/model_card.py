"""model-card.md, from the results that are there and what the configuration in force declares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.adapters.results_folder import write_atomically
from mlops_actions.report.card.about import About, DataSet
from mlops_actions.report.card.model_card import model_card

if TYPE_CHECKING:
    from mlops_actions.report.view import View
    from mlops_actions.stages.context import RunContext

NAME = "model-card.md"


def write_card(context: RunContext, view: View) -> bool:
    """Whether there is one: without a trained candidate an older card is removed."""
    text = model_card(view, _about(context))
    place = context.results.folder / NAME
    if not text:
        place.unlink(missing_ok=True)
        return False
    write_atomically(place, text.encode())
    return True


def _about(context: RunContext) -> About:
    config = context.config
    data = config.data
    signing = config.train.signing if config.train is not None else None
    return About(
        target=data.target,
        train=data.train,
        evaluation=data.evaluation or "",
        sensitive=data.sensitive,
        output="a label and a probability"
        if config.serving.output == "both"
        else f"a {config.serving.output}",
        sources=tuple(
            DataSet(each.path, each.owner, each.licence, each.authorised_by, each.sha256 or "")
            for each in data.sources
        ),
        config_file=context.config_file,
        public_key=signing.public_key if signing is not None else "",
    )
