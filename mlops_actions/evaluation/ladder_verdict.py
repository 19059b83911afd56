"""The ladder's verdict in plain words. Pure.

The rule chooses the simplest rung below the boosting that is as good as the best of all. Where there is none,
it chooses the submitted model, unless that is no step above one of them, or the boosting is one above it: how
complex a submitted model is beside a boosting nobody knows, so as good as it is enough.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlops_actions.results.ladder import SIMPLE
from mlops_actions.results.words import count

if TYPE_CHECKING:
    from mlops_actions.results.ladder import Ladder, LadderVerdict, Rung

LARGE = 100
ALIKE = 1.5  # times as long is no longer "about as long"
CANDIDATE = "candidate"
CODE = re.compile(r"^[a-z]+(?:_[a-z]+)+: ")  # of a reason, for machines


def judge_ladder(ladder: Ladder) -> Ladder:
    """With what the rule chooses, the verdict that follows from it, and the sentence that says it."""
    word, chosen, sentence = _verdict(ladder)
    return ladder.model_copy(update={"enough": chosen, "verdict": word, "sentence": sentence})


def plain(reason: str) -> str:
    """A reason without its code: `too_few_rows: 7 rows` is `7 rows`."""
    return CODE.sub("", reason)


def _verdict(ladder: Ladder) -> tuple[LadderVerdict, str, str]:
    """The word, what the rule chooses, and the sentence."""
    known = [each for each in ladder.rungs if each.value is not None]
    simple = [each for each in known if each.name in SIMPLE]
    enough = next((each for each in known if each.worth_less is False), None)
    candidate = ladder.candidate
    open_ = _undecided(ladder, known, simple)
    if open_:
        return "undecided", enough.name if enough is not None else "", f"Not decided: {open_}."
    if candidate is None:
        return "undecided", enough.name if enough is not None else "", _alone(ladder, enough)
    if enough is not None and enough.name in SIMPLE:
        return "simpler_is_enough", enough.name, _beneath_dummy(ladder, enough, _simpler(ladder, enough))
    in_the_way = [each for each in simple if not _steps_over(candidate, each)]
    boosting = next((each for each in known if each.name not in SIMPLE), None)
    if in_the_way:
        best = max(in_the_way, key=lambda each: ladder.sign * (each.value or 0.0))
        said = _not_earned(ladder, best, boosting)
        return "not_earned", ladder.best, _beneath_dummy(ladder, best, said)
    if boosting is not None and candidate.worth_less:
        return "behind", boosting.name, _behind(ladder, simple, boosting)
    return "earns", CANDIDATE, _earns(ladder, simple, boosting)


def _undecided(ladder: Ladder, known: list[Rung], simple: list[Rung]) -> str:
    """Why nothing can be decided, or ""."""
    candidate = ladder.candidate
    if not known:
        reasons = dict.fromkeys(plain(each.reason) for each in ladder.rungs)
        return f"no simple model could be fitted ({'; '.join(reasons)})"
    if candidate is not None and candidate.value is None:
        return f"the submitted model has no {ladder.title} ({plain(candidate.reason)})"
    if any(each.worth_less is None for each in known):
        return next((plain(each.reason) for each in known if each.reason), "no interval could be computed")
    if candidate is not None and not simple and not candidate.worth_less:
        return "there is no model below gradient boosting to hold the submitted one against"
    return ""


def _steps_over(candidate: Rung, rung: Rung) -> bool:
    """Whether the submitted model is better by more than its standard error, and shown to be."""
    if rung.gain is None or rung.gain_low is None or candidate.standard_error is None:
        return False
    return rung.gain > candidate.standard_error and rung.gain_low > 0


def _alone(ladder: Ladder, enough: Rung | None) -> str:
    """Without a submitted model."""
    if enough is None:
        return "Not decided: no interval could be computed."
    best = next(each for each in ladder.rungs if each.name == ladder.best)
    if best.name == enough.name:
        return f"{_called(enough)} is the best of the simple models, and nothing simpler comes close."
    return f"{_called(enough)} {_near(ladder, enough, best)} the best, {_called(best, start=False)}."


def _beneath_dummy(ladder: Ladder, told: Rung, said: str) -> str:
    """What is said, after a sentence of its own for a model that knows less than nothing."""
    dummy = next((each for each in ladder.rungs if each.name == "dummy"), None)
    if dummy is None or told.name == dummy.name or dummy.gain_high is None or dummy.gain_high >= 0:
        return said
    worse = f"The submitted model is worse than {_called(dummy, start=False)} ({_gain(ladder, dummy)})."
    own = "The submitted model "
    return f"{worse} It {said.removeprefix(own)}" if said.startswith(own) else f"{worse} {said}"


def _simpler(ladder: Ladder, enough: Rung) -> str:
    """A simple rung is as good as the best."""
    best = next(each for each in (ladder.candidate, *ladder.rungs) if each and each.name == ladder.best)
    gain = _gain(ladder, enough)
    if enough.gain_high is not None and enough.gain_high < 0:
        return (
            f"The submitted model does not earn its complexity: it is worse than "
            f"{_called(enough, start=False)} ({gain})."
        )
    if best.name == enough.name:
        return (
            f"{_called(enough)} is as good as everything above it: the submitted model does not earn its "
            f"complexity ({gain} over it)."
        )
    small = ", shown but small" if enough.gain_low is not None and enough.gain_low > 0 else ""
    near = f"{_called(enough)} {_near(ladder, enough, best)}"
    if best.name == CANDIDATE:
        return f"{near} the submitted model, which does not earn its complexity ({gain} over it{small})."
    return (
        f"{near} the best, {_called(best, start=False)}: the submitted model does not earn its complexity "
        f"({gain} over it{small})."
    )


def _near(ladder: Ladder, enough: Rung, best: Rung) -> str:
    """Why it counts as good: the size of the step, or that it is not shown."""
    error = best.standard_error
    if enough.value is not None and best.value is not None and error is not None:
        short = ladder.sign * (best.value - enough.value)
        if short <= error:
            return f"is within one standard error ({number(error)}) of"
    return "is not shown to be worse than"


def _not_earned(ladder: Ladder, rung: Rung, boosting: Rung | None) -> str:
    """The best is the boosting, and over a simple rung the submitted model is no step."""
    it = "is not shown to be better than"
    if rung.gain_high is not None and rung.gain_high < 0:
        it = "is worse than"
    elif rung.gain_low is not None and rung.gain_low > 0:
        it = "is better by less than one standard error than"
    said = f"it {it} {_called(rung, start=False)} ({_gain(ladder, rung)})"
    candidate = ladder.candidate
    if boosting is not None and candidate is not None:
        also = (
            f"is better than both ({_gain(ladder, boosting)} against it)"
            if candidate.worth_less
            else "is shown to be better than that one"
        )
        said = f"{said}, and gradient boosting by this toolkit {also}"
    return f"The submitted model does not earn its complexity: {said}."


def _behind(ladder: Ladder, simple: list[Rung], boosting: Rung) -> str:
    gain = f"{_gain(ladder, boosting)} against it"
    over = f"beats the simple ones ({_over(ladder, simple)}), but " if simple else "is no match: "
    return f"The submitted model {over}gradient boosting by this toolkit is better ({gain})."


def _earns(ladder: Ladder, simple: list[Rung], boosting: Rung | None) -> str:
    best = max(simple, key=lambda each: ladder.sign * (each.value or 0.0))
    beside = _beside_boosting(ladder, boosting)
    return (
        f"The submitted model earns its complexity: {_over(ladder, simple)}"
        f"{_for_time(ladder, best)}{_not_fitted(ladder)}{beside}."
    )


def _over(ladder: Ladder, simple: list[Rung]) -> str:
    best = max(simple, key=lambda each: ladder.sign * (each.value or 0.0))
    one = "the best" if len(simple) > 1 else "the only"
    return f"{_gain(ladder, best)} over {one} simple model ({best.title})"


def _not_fitted(ladder: Ladder) -> str:
    """Which it was not held against, though it should be; the last value is often none."""
    lacking = [each for each in ladder.rungs if each.name in SIMPLE and each.value is None]
    names = [each.title for each in lacking if each.name != "last_value"]
    return f" (not held against: {', '.join(names)}, see below)" if names else ""


def _beside_boosting(ladder: Ladder, boosting: Rung | None) -> str:
    """A yardstick, no simpler model: as good as it is no reason against the submitted one."""
    if boosting is None or boosting.gain_low is None or boosting.gain_high is None:
        return ""
    over = f"({_gain(ladder, boosting)} over it)"
    if boosting.gain_low > 0:
        return f"; it beats gradient boosting by this toolkit, too {over}"
    if boosting.gain_high < 0:
        return f"; gradient boosting by this toolkit is better by less than one standard error {over}"
    return f"; gradient boosting by this toolkit, which is no simpler, is about as good {over}"


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
