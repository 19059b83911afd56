"""What a rung learns and answers, and the folder that hands it to a process of its own (no pickle)."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

ARRAYS = "problem.npz"
WORDS = "problem.json"
USED = "used"


@dataclass(frozen=True)
class LadderProblem:
    """Two matrices and a label; `ladder_table` says what the columns are.

    Args:
        train: (n, f); where `ordered`, by rising time.
        evaluation: (m, f).
        coded: (f,) which columns are codes.
        label: (n,) class codes 0..k-1, or values.
        weight: (n,) of the training rows; ones where none are declared.
        time: (n,) of the training rows, and entity: (n,) which series each is of (-1: none); for last_value.
        evaluation_entity: (m,).
        names: f of them.
        categories: column to its texts by code.
        task: binary, multiclass or regression.
        classes: k, or 0 for a regression.
        seed: of subsamples, folds and trees.
        centre: mean or median, what a value's error is smallest for.
        ordered: whether the evaluation rows are later than the training rows.
    """

    train: NDArray[np.float64]
    evaluation: NDArray[np.float64]
    coded: NDArray[np.bool_]
    label: NDArray[np.float64]
    weight: NDArray[np.float64]
    time: NDArray[np.float64]
    entity: NDArray[np.int64]
    evaluation_entity: NDArray[np.int64]
    names: tuple[str, ...]
    categories: dict[str, tuple[str, ...]] = field(default_factory=dict)
    task: str = "binary"
    classes: int = 2
    seed: int = 0
    centre: str = "mean"
    ordered: bool = False


def _is_array(name: str) -> bool:
    return name not in {"names", "categories", "task", "classes", "seed", "centre", "ordered"}


def save_problem(problem: LadderProblem, folder: Path) -> None:
    """Write both files."""
    parts = {name: getattr(problem, name) for name in LadderProblem.__dataclass_fields__}
    arrays = {name: value for name, value in parts.items() if _is_array(name)}
    words = {name: value for name, value in parts.items() if not _is_array(name)}
    with (folder / ARRAYS).open("wb") as file:
        np.savez(file, **arrays)
    (folder / WORDS).write_text(json.dumps(words), encoding="utf-8")


def load_problem(folder: Path) -> LadderProblem:
    """Read them."""
    words = json.loads((folder / WORDS).read_text(encoding="utf-8"))
    words["names"] = tuple(words["names"])
    words["categories"] = {name: tuple(texts) for name, texts in words["categories"].items()}
    with np.load(folder / ARRAYS, allow_pickle=False) as arrays:
        return LadderProblem(**{name: arrays[name] for name in arrays.files}, **words)


@dataclass(frozen=True)
class RungAnswer:
    """What a rung answers for the evaluation rows, and what it cost; `results.ladder.Cost` says in what.

    Args:
        title: in words.
        features: which it reads.
        parameters: that were chosen.
        seconds: train, fit, row and single_p95.
        sizes: peak_rss and model, in bytes.
        stopped: why it is not the best that it could be, or "".
    """

    title: str
    features: tuple[str, ...]
    parameters: dict[str, str]
    seconds: dict[str, float]
    sizes: dict[str, int]
    stopped: str = ""


def save_answer(answer: RungAnswer, scores: NDArray[np.float64], folder: Path, rung: str) -> None:
    """Both or none: the scores first, each under its name at once; scores (m,) or (m, k)."""
    made, words = folder / f"{rung}.part.npy", folder / f"{rung}.part.json"
    with made.open("wb") as file:
        np.save(file, scores, allow_pickle=False)
    words.write_text(json.dumps(asdict(answer)), encoding="utf-8")
    made.replace(folder / f"{rung}.npy")
    words.replace(folder / f"{rung}.json")


def load_answer(folder: Path, rung: str) -> tuple[RungAnswer, NDArray[np.float64]] | None:
    """The last one that was written whole, or None."""
    words = folder / f"{rung}.json"
    if not words.is_file():
        return None
    found = json.loads(words.read_text(encoding="utf-8"))
    answer = RungAnswer(**{**found, "features": tuple(found["features"])})
    scores: NDArray[np.float64] = np.load(folder / f"{rung}.npy", allow_pickle=False)
    return answer, scores


def save_cut_off(folder: Path, rung: str, *, train: float, fit: float) -> None:
    """To the last answer of a rung that was ended: what it took until then, for its best took that long."""
    found = load_answer(folder, rung)
    if found is not None:
        answer, scores = found
        seconds = {**answer.seconds, "train": train, "fit": fit}
        save_answer(replace(answer, seconds=seconds), scores, folder, rung)


def save_used(seconds: float, folder: Path) -> None:
    """How much of the budget was used."""
    (folder / USED).write_text(repr(seconds), encoding="ascii")


def load_used(folder: Path) -> float | None:
    """The same; None where the process did not come to its end."""
    path = folder / USED
    return float(path.read_text(encoding="ascii")) if path.is_file() else None


def save_failure(why: str, folder: Path, rung: str) -> None:
    """One line: what an answer that is missing, or not the last, is missing for."""
    (folder / f"{rung}.failure").write_text(why, encoding="utf-8")


def load_failure(folder: Path, rung: str) -> str:
    """That line, or nothing."""
    path = folder / f"{rung}.failure"
    return path.read_text(encoding="utf-8") if path.is_file() else ""
