"""How often the ladder's verdict is right on data whose truth is known.

`python benchmarks/ladder_rates.py 100` draws a hundred data sets of each: noise (the dummy is enough), a
linear truth (the linear model is enough), an exclusive or (boosting is needed). The submitted model is a
random forest of 100 trees each time: complex, and on noise and on linear data for nothing.
"""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from threadpoolctl import threadpool_limits

from mlops_actions.evaluation.comparison import Settings
from mlops_actions.evaluation.ladder import CANDIDATE, Judges, judge_models
from mlops_actions.evaluation.ladder_verdict import judge_ladder
from mlops_actions.evaluation.rows import Outputs
from mlops_actions.learning.ladder_boosting import climb
from mlops_actions.learning.ladder_problem import LadderProblem
from mlops_actions.learning.ladder_rungs import fit_simple
from mlops_actions.results.ladder import Ladder, Rung

if TYPE_CHECKING:
    from numpy.typing import NDArray

TRAIN, JUDGE, FEATURES = 1_500, 1_000, 8
TRUTHS = ("noise", "linear", "xor")
NEVER = 10**9
HALF = 0.5


def drawn(truth: str, task: str, seed: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(n, f) features and (n,) labels."""
    draw = np.random.default_rng(seed)
    features = draw.normal(size=(TRAIN + JUDGE, FEATURES))
    signal = {
        "noise": np.zeros(len(features)),
        "linear": features[:, 0] + 0.7 * features[:, 1] - 0.5 * features[:, 2],
        "xor": 2.0 * np.sign(features[:, 0]) * np.sign(features[:, 1]),
    }[truth]
    noisy = signal + draw.logistic(size=len(signal))
    return features, (noisy > 0).astype(float) if task == "binary" else noisy


def climbed(truth: str, task: str, seed: int) -> Ladder:
    """One data set, one ladder, one submitted model."""
    features, label = drawn(truth, task, seed)
    train, judge = features[:TRAIN], features[TRAIN:]
    none, nobody = np.full(TRAIN, np.nan), np.full(TRAIN, -1)
    problem = LadderProblem(
        train, judge, np.zeros(FEATURES, dtype=bool), label[:TRAIN], np.ones(TRAIN), none, nobody,
        np.full(JUDGE, -1), tuple(f"x{at}" for at in range(FEATURES)), task=task,
        classes=2 if task == "binary" else 0, seed=seed,
    )  # fmt: skip
    fitted = {name: fit_simple(name, problem) for name in ("dummy", "tree", "linear")}
    fitted["boosting"] = [step.fitted for step in climb(problem, lambda: False)][-1]
    answers = {name: each.answer(each.inputs()) for name, each in fitted.items()}
    if task == "binary":
        forest = RandomForestClassifier(random_state=seed).fit(train, label[:TRAIN])
        score = forest.predict_proba(judge)[:, 1]
        own, metric = Outputs(score, (score >= HALF).astype(float)), "roc_auc"
    else:
        value = RandomForestRegressor(random_state=seed).fit(train, label[:TRAIN]).predict(judge)
        own, metric = Outputs(None, value), "root_mean_squared_error"
    judges = Judges(label[TRAIN:], None, task, metric, 0.5, Settings(resamples=1000, seed=seed))
    judged = judge_models(judges, answers, own)

    def rung(name: str) -> Rung:
        found = judged.models[name]
        shown = (
            "value",
            "low",
            "high",
            "standard_error",
            "gain",
            "gain_low",
            "gain_high",
            "worth_less",
            "reason",
        )
        features = fitted[name].features if name in fitted else ()
        return Rung(name=name, title=name, features=features, **{key: getattr(found, key) for key in shown})

    return judge_ladder(
        Ladder(
            metric=metric,
            title=judged.title,
            direction=judged.direction,
            confidence=0.95,
            n=JUDGE,
            rows=TRAIN,
            rows_there=TRAIN,
            seed=seed,
            threads=1,
            budget_seconds=NEVER,
            seconds=0.0,
            rungs=tuple(rung(name) for name in answers),
            candidate=rung(CANDIDATE),
            best=judged.best,
        )
    )


def main() -> None:
    """A line a truth and task."""
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    for task in ("binary", "regression"):
        for truth in TRUTHS:
            with threadpool_limits(1):
                found = [climbed(truth, task, seed) for seed in range(seeds)]
            enough = dict(Counter(each.enough for each in found))
            print(
                task,
                truth,
                "enough:",
                enough,
                "verdict:",
                dict(Counter(each.verdict for each in found)),
                flush=True,
            )


if __name__ == "__main__":
    main()
