"""The ladder's verdict in plain words. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.results.ladder import SIMPLE
from mlops_actions.results.words import count

if TYPE_CHECKING:
    from mlops_actions.results.ladder import Ladder, LadderVerdict, Rung

LARGE = 100
ALIKE = 1.5  # times as long is no longer "about as long"
CANDIDATE = "candidate"


def judge_ladder(ladder: Ladder) -> Ladder:
    """With the simplest rung that is as good as the best, the verdict, and the sentence that says it."""
    known = [each for each in ladder.rungs if each.value is not None]
    enough = next((each for each in known if each.worth_less is False), None)
    word, sentence = _verdict(ladder, known, enough)
    update = {"enough": enough.name if enough else "", "verdict": word, "sentence": sentence}
    return ladder.model_copy(update=update)


def _verdict(ladder: Ladder, known: list[Rung], enough: Rung | None) -> tuple[LadderVerdict, str]:
    candidate = ladder.candidate
    if not known:
        reasons = dict.fromkeys(each.reason for each in ladder.rungs)
        return "undecided", f"Not decided: no simple model could be fitted ({'; '.join(reasons)})."
    if candidate is None:
        return "undecided", _alone(ladder, enough)
    if candidate.value is None:
        return "undecided", f"Not decided: the submitted model has no {ladder.title} ({candidate.reason})."
    if any(each.worth_less is None for each in known):
        why = next((each.reason for each in known if each.reason), "no interval could be computed")
        return "undecided", f"Not decided: {why}."
    if enough is not None and enough.name in SIMPLE:
        return "simpler_is_enough", _simpler(ladder, enough)
    return _above(ladder, known)


def _alone(ladder: Ladder, enough: Rung | None) -> str:
    """Without a submitted model."""
    if enough is None:
        return "Not decided: no interval could be computed."
    best = next(each for each in ladder.rungs if each.name == ladder.best)
    if best.name == enough.name:
        return f"{_called(enough)} is the best of the simple models, and nothing simpler comes close."
    near = _near(ladder, enough, best)
    return f"{_called(enough)} {near} of the best, {_called(best, start=False)}."


def _simpler(ladder: Ladder, enough: Rung) -> str:
    """A simple rung is as good as the best."""
    best = next(each for each in (ladder.candidate, *ladder.rungs) if each and each.name == ladder.best)
    if best.name == enough.name:
        return (
            f"{_called(enough)} is better than everything above it, or as good: the submitted model does not "
            f"earn its complexity ({_gain(ladder, enough)} over it)."
        )
    of_best = f" of the best, {_called(best, start=False)}" if best.name != CANDIDATE else " of it"
    real = enough.gain_low is not None and enough.gain_low > 0
    though = ", though it is real" if real else ""
    return (
        f"{_called(enough)} {_near(ladder, enough, best)}{of_best}: the submitted model does not earn its "
        f"complexity (its gain over it is {_gain(ladder, enough)}{though})."
    )


def _near(ladder: Ladder, enough: Rung, best: Rung) -> str:
    """Why it counts as good: the size of the step, or that it is not shown."""
    error = best.standard_error
    if enough.value is not None and best.value is not None and error is not None:
        short = ladder.sign * (best.value - enough.value)
        if short <= error:
            return f"is within one standard error ({number(error)})"
    return "is not shown to be worse than the quality"


def _above(ladder: Ladder, known: list[Rung]) -> tuple[LadderVerdict, str]:
    """No simple rung is as good as the best, which is the submitted model or the boosting."""
    simple = [each for each in known if each.name in SIMPLE]
    boosting = next((each for each in known if each.name not in SIMPLE), None)
    best = max(simple, key=lambda each: ladder.sign * (each.value or 0.0), default=None)
    behind = boosting is not None and boosting.gain_high is not None and boosting.gain_high < 0
    if best is not None and (best.gain_low is None or best.gain_low <= 0):
        worse = best.gain_high is not None and best.gain_high < 0
        said = f"{'is worse than' if worse else 'is not shown to beat'} {_called(best, start=False)}"
        said = f"the submitted model {said} ({_gain(ladder, best)})"
        if behind and boosting is not None:
            return "behind", (
                f"{said[0].upper()}{said[1:]}, and gradient boosting by this toolkit is better than both "
                f"({_gain(ladder, boosting)} against it)."
            )
        return "undecided", f"Not decided: {said}."
    earned = ""
    if best is not None:
        over = f"over the best simple model ({best.title})"
        earned = f"{_gain(ladder, best)} {over}{_for_time(ladder, best)}"
    if behind and boosting is not None:
        return "behind", (
            f"The submitted model beats the simple ones ({earned or 'none was asked for'}), but gradient "
            f"boosting by this toolkit is better: {_gain(ladder, boosting)} against it."
        )
    beside = _beside_boosting(ladder, boosting)
    return (
        "earns",
        f"The submitted model earns its complexity: {earned or 'no simple model was asked for'}.{beside}",
    )


def _beside_boosting(ladder: Ladder, boosting: Rung | None) -> str:
    if boosting is None or boosting.gain is None:
        return ""
    if boosting.gain_low is not None and boosting.gain_low > 0:
        return f" It beats gradient boosting by this toolkit, too ({_gain(ladder, boosting)})."
    return f" Gradient boosting by this toolkit is not shown to be worse ({_gain(ladder, boosting)} over it)."


def _for_time(ladder: Ladder, rung: Rung) -> str:
    """What the gain costs in training time."""
    own = ladder.candidate.cost.train_seconds if ladder.candidate else None
    its = rung.cost.train_seconds
    if not own or not its:
        return ""
    times = own / its
    if times >= ALIKE:
        return f", for {times:,.{0 if times >= 10 else 1}f} times the training time"  # noqa: PLR2004 - digits
    return ", for about the same training time" if times > 1 / ALIKE else ", for less training time"


def _called(rung: Rung, *, start: bool = True) -> str:
    """A linear model with 4 features."""
    features = count(len(rung.features), "feature")
    name = {
        "dummy": "a dummy that knows no feature",
        "tree": f"a tree with one feature ({', '.join(rung.features)})",
        "last_value": "the last known value",
        "linear": f"a linear model with {features}",
        "boosting": "gradient boosting by this toolkit",
        CANDIDATE: "the submitted model",
    }[rung.name]
    return name[0].upper() + name[1:] if start else name


def _gain(ladder: Ladder, rung: Rung) -> str:
    """The candidate's over a rung as the figure changes, with its interval: -0.02 of a loss is a gain."""
    if rung.gain is None or rung.gain_low is None or rung.gain_high is None:
        return "a difference that is not known"
    ends = sorted((ladder.sign * rung.gain_low, ladder.sign * rung.gain_high))
    change = ladder.sign * rung.gain
    return f"{number(change, signed=True)} {ladder.title} [{number(ends[0])}, {number(ends[1])}]"


def number(value: float, *, signed: bool = False) -> str:
    """Four decimals below a hundred."""
    shown = f"{value:{'+' if signed else ''},.{0 if abs(value) >= LARGE else 4}f}"
    return shown.replace("-0.0000", "0.0000")
