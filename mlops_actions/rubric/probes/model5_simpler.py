"""MODEL5: a simpler model is not better."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.results.words import count
from mlops_actions.rubric.facts import Facts, SimplerModelsFact
from mlops_actions.rubric.probe import Finding, failed, passed, undecided

if TYPE_CHECKING:
    from mlops_actions.results.evaluation import SimplerModel

MINIMUM_ROWS = 100
MINIMUM_MODELS = 3
KINDS = "a dummy, a one-feature tree and a linear model of at most 5 features"


def judge_simpler_models(facts: Facts) -> Finding:
    """Pass: the lower bound of the gain over every simpler model is above 0 (paired bootstrap)."""
    models = facts.require(SimplerModelsFact).models
    measured = [model for model in models if model.gain is not None and model.gain_low is not None]
    n = min((model.n for model in measured), default=0)
    if len(measured) < MINIMUM_MODELS:
        missing = tuple(f"{model.name} ({model.reason})" for model in models if model not in measured)
        text = f"{len(measured)} of at least {MINIMUM_MODELS} simpler models could be compared (n={n:,})."
        return undecided(text, n, missing=missing or (KINDS,))
    worst = min(measured, key=_low)
    text, low = _text(worst, n), _low(worst)
    if n < MINIMUM_ROWS:
        return undecided(f"Only {count(n, 'row')} (minimum {MINIMUM_ROWS}). {text}", n, low, 0.0)
    tied = min(measured, key=lambda model: model.gain or 0.0)
    if tied.gain is not None and tied.gain <= 0:
        shown = tied.gain_high is not None and tied.gain_high < 0
        word = "better" if shown else "as good"
        return failed(f"A simpler model is {word}: {_text(tied, n)}", n, tied.gain, 0.0)
    if low <= 0:
        return undecided(f"Not shown to beat a simpler model: {text}", n, low, 0.0)
    return passed(f"Better than {count(len(measured), 'simpler model')}; the closest: {text}", n, low, 0.0)


def _low(model: SimplerModel) -> float:
    return model.gain_low if model.gain_low is not None else float("-inf")


def _text(model: SimplerModel, n: int) -> str:
    high = "" if model.gain_high is None else f" to {model.gain_high:+.4f}"
    gain = f"gain {model.gain:+.4f} in {model.metric} over {model.name}"
    return f"{gain}, interval {_low(model):+.4f}{high}, lower limit 0 (n={n:,})."
