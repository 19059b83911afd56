"""The faults that each check is there for: what is changed in clean data, and which result says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_actions.results.verdict import Outcome
from tests.unit.checks.tables import FEATURES

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.checks.tables import World

FAIL, WARN = Outcome.FAIL, Outcome.WARN


@dataclass(frozen=True)
class Fault:
    """A change of the clean data, and the one result that must speak of it."""

    id: str
    change: Callable[[World], object]
    role: str
    subject: str
    outcome: Outcome
    sentence: str
    n: int = 400


def _set(column: str, index: int, value: object) -> Callable[[World], object]:
    return lambda world: world.train[column].__setitem__(index, value)


def _text_visits(world: World) -> None:
    world.train["visits"] = [str(value) for value in world.train["visits"]]
    world.train["visits"][7] = "many"


def _nulls(world: World) -> None:
    world.train["income"][:21] = [None] * 21


def _unit(world: World) -> None:
    world.evaluation["income"] = [value + 150 for value in world.evaluation["income"]]


def _currency(world: World) -> None:
    world.evaluation["income"] = [str(value) for value in world.evaluation["income"]]
    world.evaluation["income"][7] += " EUR"


def _repeat(world: World) -> None:
    for values in world.train.values():
        values[1] = values[0]


def _constant(world: World) -> None:
    world.train["member"] = [True] * 400


def _torn(world: World) -> None:
    for name in (*FEATURES, "opened"):
        world.train[name][:10] = [world.train[name][0]] * 10
    world.train["churned"][0] = 1 - world.train["churned"][1]


def _moved(world: World) -> None:
    world.evaluation["visits"] = [6] * 300


def _leak(world: World) -> None:
    for name, values in world.evaluation.items():
        values[0] = world.train[name][0]


def _twin(world: World) -> None:
    for name in (*FEATURES, "churned"):
        world.evaluation[name][:5] = world.train[name][:5]


def _key(world: World) -> None:
    world.evaluation["customer"][:2] = world.train["customer"][:2]


def _rare(world: World) -> None:
    world.train["churned"] = [int(index < 29) for index in range(400)]


def _short(world: World) -> None:
    world.train = {name: values[:99] for name, values in world.train.items()}


def _mail(world: World) -> None:
    world.train["city"][0] = "ann@example.org"
    world.train["city"][1:3] = ["+47 22 85 50 50"] * 2


TWINS = (
    "5 of n=300 evaluation rows have inputs and label of a training row, maximum share 0.016 (as often as "
    "such rows coincide)"
)
OF_SPLITS = (
    Fault(
        "DS101",
        _text_visits,
        "train",
        "visits",
        FAIL,
        "train.visits is string, declared integer: 1 of 400 values is no integer, the first in data row 8 "
        "(n=400)",
    ),
    Fault("DS102", _nulls, "train", "income", FAIL, "train.income: null rate 0.0525 > 0.05 (21 of n=400)"),
    Fault(
        "DS103",
        _set("income", 0, 999.5),
        "train",
        "income",
        FAIL,
        "train.income: 1 of n=400 values outside [1000, 2000]",
    ),
    Fault(
        "DS104",
        _set("city", 0, "Rome"),
        "train",
        "city",
        FAIL,
        "train.city: 1 of n=400 values outside the 3 declared categories",
    ),
    Fault(
        "DS105",
        _set("customer", 0, "X0000"),
        "train",
        "customer",
        FAIL,
        "train.customer: 1 of n=400 values outside ^[CE][0-9]{4}$",
    ),
    Fault(
        "DS106",
        _set("customer", 0, "C0001"),
        "train",
        "customer",
        FAIL,
        "train.customer: 1 of n=400 values repeat an earlier one, maximum 0",
    ),
    Fault(
        "DS107",
        lambda world: world.train.pop("visits"),
        "train",
        "data/train.csv",
        FAIL,
        "train: missing visits: 1 of n=9 columns, maximum 0",
        9,
    ),
    Fault(
        "DS108",
        _unit,
        "evaluation",
        "income",
        FAIL,
        "evaluation.income: mean 1,649 is outside [1,400, 1,600] (n=300)",
        300,
    ),
    Fault(
        "DS201",
        _repeat,
        "train",
        "data/train.csv",
        WARN,
        "train: 1 of n=400 rows repeat an earlier row, maximum share 0",
    ),
    Fault(
        "DS202",
        _constant,
        "train",
        "member",
        WARN,
        "train.member: 1 distinct value, at least 2 are needed (n=400)",
    ),
    Fault("DS203", _set("city", 0, " \t"), "train", "city", WARN, "train.city: 1 of n=400 texts are blank"),
    Fault(
        "DS204",
        _torn,
        "train",
        "churned",
        WARN,
        "train: 10 of n=400 rows share all inputs with a row of another label (1 group), maximum share 0.01",
    ),
    Fault(
        "DS205",
        lambda world: world.evaluation.pop("visits"),
        "evaluation",
        "data/evaluation.csv",
        FAIL,
        "evaluation: missing visits, of 5 model inputs that training has",
        300,
    ),
    Fault(
        "DS206",
        lambda world: world.train.__setitem__("city", ["10"] * 343 + ["NA"] * 57),
        "train",
        "city",
        WARN,
        "train.city: 57 values written as a word for missing (such as NA) make the column text; the other "
        "343 are numbers (n=400)",
    ),
    Fault(
        "DS207",
        _set("city", 0, "Bod\ufffd"),
        "train",
        "city",
        WARN,
        "train.city: 1 damaged text, maximum 0 (n=400)",
    ),
    Fault(
        "DS208",
        lambda world: world.train["income"].__setitem__(slice(2), [-999.0, -999.0]),
        "train",
        "income",
        WARN,
        "train.income: 2 infinite values or stand-ins such as -999, maximum 0 (n=400)",
    ),
    Fault(
        "DS209",
        _set("income", 0, 100_000.0),
        "train",
        "income",
        WARN,
        "train.income: 1 value beyond 10 times the width of the middle 98 %, maximum 0 (n=400)",
    ),
    Fault(
        "DS210",
        _currency,
        "evaluation",
        "training against evaluation",
        FAIL,
        "1 of 6 columns is of another kind in evaluation than in training; income: number in training, text "
        "in evaluation: values cannot be compared, 1 of 300 texts is no number (n=300)",
        300,
    ),
    Fault(
        "DS301",
        _moved,
        "evaluation",
        "training against evaluation",
        WARN,
        "1 of 4 columns drift between training and evaluation: visits (KS 0.8575, at least 0.7444, "
        "material above 0.05) (n=300)",
        300,
    ),
    Fault(
        "DS401",
        _leak,
        "evaluation",
        "data/train.csv",
        FAIL,
        "1 distinct row stands in training and evaluation, maximum 0 (n=300)",
        300,
    ),
    Fault(
        "DS402",
        _key,
        "evaluation",
        "data/train.csv",
        FAIL,
        "2 keys stand in training and evaluation, maximum 0 (n=300)",
        300,
    ),
    Fault(
        "DS403",
        _twin,
        "evaluation",
        "data/train.csv",
        WARN,
        TWINS,
        300,
    ),
    Fault(
        "DS501",
        _rare,
        "train",
        "churned",
        WARN,
        "train.churned: 2 classes, the rarest has 29 rows, minimum 30 (n=400)",
    ),
    Fault(
        "DS601",
        _short,
        "train",
        "data/train.csv",
        WARN,
        "train: 99 rows, at least 100 are needed to judge a model",
        99,
    ),
    Fault(
        "DS701",
        lambda world: setattr(world, "sha256", "0" * 64),
        "train",
        "data/train.csv",
        FAIL,
        "data/train.csv: sha256 111111111111... is not the declared 000000000000... of source train (MIT)",
    ),
    Fault(
        "DS801",
        _mail,
        "train",
        "city",
        FAIL,
        "train.city: 1 e-mail address, 2 telephone numbers, maximum 0 (n=400)",
    ),
)
