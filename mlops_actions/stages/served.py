"""Evaluation through the serving API: what is measured is what is served."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from mlops_actions.errors import ServingError
from mlops_actions.evaluation.answers import read_answers
from mlops_actions.evaluation.many_classes import read_several
from mlops_actions.results.evaluation import ServingFacts
from mlops_actions.results.training import TITLES
from mlops_actions.results.words import count
from mlops_actions.stages.evaluation_data import outputs_of, positive_class

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from numpy.typing import NDArray

    from mlops_actions.adapters.containers.reuse_store import ReuseStore
    from mlops_actions.config.model import Config
    from mlops_actions.evaluation.answers import Answers
    from mlops_actions.evaluation.rows import Outputs
    from mlops_actions.results.training import ModelRun
    from mlops_actions.stages.context import RunContext
    from mlops_actions.stages.evaluation_data import EvaluationData

    Read = Callable[[list[Any]], Answers]

SINGLE_ROWS = 20
FUZZ_ROWS = 5


class Server(Protocol):
    """A running model server."""

    @property
    def contained(self) -> bool:
        """Whether it runs in a hardened container."""

    @property
    def reaches_host(self) -> bool:
        """Whether it can open connections to the machine of its container's engine."""

    def predict(self, columns: Mapping[str, Sequence[Any]]) -> list[Any]:
        """One element per row, in order; ServingError when it answers otherwise."""


class ServePort(Protocol):
    """Starts the server of a trained model and stops it again."""

    def serve(
        self, context: RunContext, config: Config, run: ModelRun, source: Path
    ) -> AbstractContextManager[Server]:
        """The server of one run."""

    def store(self, context: RunContext, executor: str) -> ReuseStore | str:
        """Where what earlier runs made is kept, or why none of it is reused."""


@dataclass(frozen=True)
class Served:
    """One model's outputs on the evaluation rows and what serving them showed."""

    outputs: Outputs
    facts: ServingFacts


def serve_rows(
    context: RunContext, port: ServePort, config: Config, run: ModelRun, source: Path, data: EvaluationData
) -> Served:
    """Start the server, send every evaluation row, then (candidate only) rows alone and fuzz rows.

    `config` is the model's own (its features and serving part); the decision threshold and the positive class
    are those in force.
    """
    columns = data.features(config)
    read = _reader(context, config, data)
    context.progress.step(f"serve {TITLES[run.role]} on {count(data.n, 'row')}")
    with port.serve(context, config, run, source) as server:
        started = time.monotonic()
        answers = read(server.predict(columns))
        seconds = time.monotonic() - started
        judged = run.role == "candidate"
        single, p95 = rows_alone(server, columns, answers, read) if judged else (None, None)
        fuzz = _fuzz(server, columns, read) if judged else (0, 0, 0)
        contained, reaches_host = server.contained, server.reaches_host
    if not answers.usable:
        row, value = answers.first_bad or (0, float("nan"))
        seen = f"{answers.non_finite} non-finite and {answers.outside_unit_interval} impossible probabilities"
        if context.config.evaluate.task == "regression":
            seen = f"{answers.non_finite} non-finite predictions"
        raise ServingError(
            f"{run.role}: {seen} in {data.n} answers (the first in row {row}: {value:g}); none may be"
        )
    facts = ServingFacts(
        role=run.role,
        rows=data.n,
        answered=data.n,
        bad_sums=answers.bad_sums,
        constant=_constant(answers),
        fuzz_rows=fuzz[0],
        fuzz_non_finite=fuzz[1],
        fuzz_errors=fuzz[2],
        batch_vs_single_max_difference=single,
        single_p95_seconds=p95,
        seconds=round(seconds, 4),
        output=config.serving.output,
        container=contained,
        reaches_host=reaches_host,
    )
    return Served(outputs_of(answers, context.config.evaluate), facts)


def _constant(answers: Answers) -> bool:
    values = _finest(answers)
    return values is not None and len(values) > 1 and bool((values == values[0]).all())


def _finest(answers: Answers) -> NDArray[np.float64] | None:
    return next(
        (each for each in (answers.score, answers.shares, answers.prediction) if each is not None), None
    )


def serve_some(
    context: RunContext,
    port: ServePort,
    run: ModelRun,
    data: EvaluationData,
    samples: Sequence[NDArray[np.intp]],
) -> Generator[Outputs]:
    """One of the candidate's other trainings on a few of the rows, then, if the caller goes on, on more.

    Raises:
        ServingError: it does not start, or its answers are no predictions.
    """
    columns = data.features(context.config)
    read = _reader(context, context.config, data)
    context.progress.step(f"serve {TITLES[run.role]} on {count(len(samples[0]), 'row')}")
    with port.serve(context, context.config, run, context.root) as server:
        for rows in samples:
            sent = {name: [values[row] for row in rows] for name, values in columns.items()}
            answers = read(server.predict(sent))
            if not answers.usable:
                raise ServingError(f"{TITLES[run.role]}: answers that are no predictions; none may be")
            yield outputs_of(answers, context.config.evaluate)


def _reader(context: RunContext, config: Config, data: EvaluationData) -> Read:
    """Reads answers of a server of that configuration as the judging one understands them."""
    judged = context.config

    def read(elements: list[Any]) -> Answers:
        if judged.evaluate.task == "multiclass" and data.classes is not None:
            return read_several(elements, config.serving, data.classes)
        return read_answers(
            elements,
            config.serving,
            task=judged.evaluate.task,
            positive=positive_class(judged),
            labels=data.classes,
        )

    return read


def rows_alone(
    server: Server, columns: Mapping[str, list[Any]], answers: Answers, read: Read
) -> tuple[float, float | None]:
    """The largest difference from the answers in one batch, and the 95th percentile of the seconds.

    The difference is a share of the prediction's size, and of 1 where that is less.
    """
    batch = _finest(answers)
    largest, seconds = 0.0, []
    if batch is None:
        return largest, None
    for row in range(min(SINGLE_ROWS, len(batch))):
        started = time.monotonic()
        alone = read(server.predict({name: [values[row]] for name, values in columns.items()}))
        seconds.append(time.monotonic() - started)
        value = _finest(alone)
        if value is not None:
            largest = max(largest, float(np.max(_of_size(batch[row], value[0]))))
    return largest, round(float(np.quantile(seconds, 0.95)), 6) if seconds else None


def _fuzz(server: Server, columns: Mapping[str, list[Any]], read: Read) -> tuple[int, int, int]:
    """Rows with one odd value each: (sent, answered with a non-finite number, refused)."""
    sent = bad = refused = 0
    for row in fuzz_rows(columns):
        sent += 1
        try:
            answers = read(server.predict({name: [value] for name, value in row.items()}))
        except ServingError:
            refused += 1
            continue
        bad += int(not answers.usable)
    return sent, bad, refused


def fuzz_rows(columns: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    """Per feature the first row with a null, zero, huge, tiny or unseen value in its place."""
    if not columns or not len(next(iter(columns.values()))):
        return []
    row = {name: values[0] for name, values in columns.items()}
    rows: list[dict[str, Any]] = []
    for name, values in columns.items():
        sample = next((value for value in values if value is not None), None)
        number = isinstance(sample, int | float) and not isinstance(sample, bool)
        odd: tuple[Any, ...] = (None, 0, 1e300, -1e300, 5e-324) if number else (None, "", "\u2603 unseen")
        rows.extend({**row, name: value} for value in odd[:FUZZ_ROWS])
    return rows


def beyond_tolerance(first: Outputs, second: Outputs, tolerance: float) -> tuple[int, int]:
    """Rows whose predictions are not equal bit for bit, and rows that differ by more than the tolerance.

    The tolerance is one of a prediction's size, and of 1 where that is less. Of several classes any
    probability of a row counts.
    """
    a, b = first.finest, second.finest
    if a is None or b is None or a.shape != b.shape:
        return 0, 0
    a, b = (np.ascontiguousarray(each, dtype=np.float64).reshape(len(each), -1) for each in (a, b))
    beyond = _of_size(a, b) > tolerance
    return int((a.view(np.uint64) != b.view(np.uint64)).any(axis=1).sum()), int(beyond.any(axis=1).sum())


def _of_size(value: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """The difference as a share of the value's size, and of 1 where that is less."""
    return np.asarray(np.abs(value - other) / np.maximum(1.0, np.abs(value)))


def reproduction_difference(first: Outputs, second: Outputs) -> tuple[float, int]:
    """Largest difference of a prediction, and how many labels flip (of values none does)."""
    a, b = first.finest, second.finest
    largest = float(np.max(np.abs(a - b))) if a is not None and b is not None and len(a) else 0.0
    flips = (
        int((first.prediction != second.prediction).sum())
        if first.labels and first.prediction is not None and second.prediction is not None
        else 0
    )
    return largest, flips
