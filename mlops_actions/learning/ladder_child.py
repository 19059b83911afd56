"""The rungs' processes: `python -I -m ...learning.ladder_child FOLDER RUNGS BUDGET MEMORY STARTED`.

scikit-learn is imported once; then each rung is a process of its own (a fork) that limits itself, fits,
measures itself and writes its answer. Of a rung that gets better with time each answer replaces the one
before, so that an end by force loses none.
"""

from __future__ import annotations

import os
import pickle
import resource
import signal
import sys
import time
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mlops_actions.learning.ladder_boosting import climb
from mlops_actions.learning.ladder_problem import (
    RungAnswer,
    load_problem,
    save_answer,
    save_cut_off,
    save_failure,
    save_used,
)
from mlops_actions.learning.ladder_rungs import fit_simple

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mlops_actions.learning.ladder_problem import LadderProblem
    from mlops_actions.learning.ladder_rungs import Fitted

ALONE = 100  # calls with one row
ALWAYS = "dummy"  # it takes milliseconds, and without it nothing can be said
POLL = 0.005  # seconds
KIBI = 1024
STATUS = Path("/proc/self/status")
TOO_MUCH = "more memory than it may have"


@dataclass
class Clock:
    """Seconds of the budget, since `started` (Unix time); and those that measuring took, which do not count.

    It starts when scikit-learn is imported: how long that takes says nothing of a rung.

    `begin`: when the rung's own process began; `ready`: seconds until then that every rung needs.
    """

    budget: float
    started: float
    ready: float = 0.0
    begin: float = 0.0
    measuring: float = 0.0

    def fit_seconds(self) -> float:
        """Of the rung's own work until now."""
        return max(0.0, time.time() - self.begin - self.measuring)

    def spent(self) -> bool:
        """Whether the time is over."""
        return time.time() - self.started >= self.budget


def main(arguments: list[str]) -> None:
    """Each rung in turn while there is time."""
    folder, rungs = Path(arguments[0]), arguments[1].split(",")
    budget, memory, started = float(arguments[2]), int(arguments[3]), float(arguments[4])
    warnings.simplefilter("ignore")
    problem = load_problem(folder)
    clock = Clock(budget, time.time())
    clock.ready = clock.started - started
    for rung in rungs:
        if clock.spent() and rung != ALWAYS:
            continue
        clock.begin = time.time()
        child = os.fork()
        if child == 0:
            os._exit(_rung(problem, (folder, rung), memory, clock))
        status = _ended(child, None if rung == ALWAYS else clock)
        if status is not None and os.WIFSIGNALED(status):
            number = os.WTERMSIG(status)
            said = (
                TOO_MUCH
                if number == signal.SIGKILL
                else f"its process ended by {signal.Signals(number).name}"
            )
            save_failure(said, folder, rung)
        if status is None or status != 0:
            fit = clock.fit_seconds()
            save_cut_off(folder, rung, train=clock.ready + fit, fit=fit)
    save_used(time.time() - clock.started, folder)


def _ended(child: int, clock: Clock | None) -> int | None:
    """Its status; None where the time was over first, and it was ended."""
    while True:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            return status
        if clock is not None and clock.spent():
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return None
        time.sleep(POLL)


def _rung(problem: LadderProblem, place: tuple[Path, str], memory: int, clock: Clock) -> int:
    """In the fork: nothing may leave it but an exit code."""
    try:
        limit(memory, clock.budget)
        _work(problem, place, clock)
    except MemoryError:
        save_failure(TOO_MUCH, *place)
        return 1
    except Exception as error:  # noqa: BLE001 - whatever it is, it is this rung's answer and ends no other
        first = (str(error).splitlines() or ["no reason given"])[0]
        save_failure(f"{type(error).__name__}: {first}", *place)
        return 1
    return 0


def limit(memory: int, seconds: float) -> None:
    """Address space beside what is mapped by now, processor time, file size, no core."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (memory, memory))
    cpu = int(seconds * 4) + 60  # where nobody is left to end it
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))
    statm = Path("/proc/self/statm")
    if statm.exists():
        mapped = int(statm.read_text(encoding="ascii").split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (mapped + memory, mapped + memory))


def _work(problem: LadderProblem, place: tuple[Path, str], clock: Clock) -> None:
    if place[1] != "boosting":
        _write(fit_simple(place[1], problem), "", place, clock)
        return
    for step in climb(problem, clock.spent):
        _write(step.fitted, step.left, place, clock)


def _write(fitted: Fitted, left: str, place: tuple[Path, str], clock: Clock) -> None:
    """Answer the evaluation rows, measure, and write."""
    folder, rung = place
    fit, before = clock.fit_seconds(), time.time()
    peak = peak_rss()  # of the training, not of the measuring
    rows = fitted.inputs()
    batch = time.perf_counter()
    scores = fitted.answer(rows)
    batch = (time.perf_counter() - batch) / max(1, len(rows))
    answer = RungAnswer(
        title=fitted.title,
        features=fitted.features,
        parameters=fitted.parameters,
        seconds={"train": clock.ready + fit, "fit": fit, "row": batch, "single_p95": _single(fitted, rows)},
        sizes={"peak_rss": peak, "model": _size(fitted, folder / f"{rung}.model")},
        stopped=left,
    )
    save_answer(answer, scores, folder, rung)
    clock.measuring += time.time() - before


def _single(fitted: Fitted, rows: NDArray[np.float64]) -> float:
    taken = []
    for at in range(min(ALONE, len(rows))):
        before = time.perf_counter()
        fitted.answer(rows[at : at + 1])
        taken.append(time.perf_counter() - before)
    return float(np.quantile(taken, 0.95))


def _size(fitted: Fitted, path: Path) -> int:
    """Bytes on disk of what answering needs: the model, and the texts of the codes that it reads."""
    categories = {name: fitted.problem.categories.get(name, ()) for name in fitted.features}
    with path.open("wb") as file:  # written to be weighed; nobody reads it
        pickle.dump((fitted.model, fitted.features, categories), file, protocol=5)
    size = path.stat().st_size
    path.unlink()
    return size


def peak_rss() -> int:
    """Bytes that this program held at most; what the process was before it (a fork) does not count."""
    if STATUS.exists():
        for line in STATUS.read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * KIBI
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * KIBI


if __name__ == "__main__":
    main(sys.argv[1:])
