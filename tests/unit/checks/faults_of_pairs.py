"""The faults of rules on rows, of two samples, of labels and of size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.unit.checks.faults import FAIL, WARN, Fault
from tests.unit.checks.tables import DAY

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.checks.tables import World


def put(split: str, column: str, place: int | slice, value: Any) -> Callable[[World], object]:
    """One value, or some."""
    return lambda world: getattr(world, split)[column].__setitem__(place, value)


def every(split: str, column: str, change: Callable[[int, Any], Any]) -> Callable[[World], object]:
    """All values of a column."""

    def changed(world: World) -> None:
        rows = getattr(world, split)
        rows[column] = [change(at, value) for at, value in enumerate(rows[column])]

    return changed


OF_PAIRS_AND_LABELS = (
    Fault(
        "DS109",
        put("train", "customer", 0, "C00001"),
        "train",
        "customer",
        FAIL,
        "train.customer: 1 of n=400 texts have a length outside [5, 5]",
        400,
    ),
    Fault(
        "DS110",
        put("train", "churned", 0, 1),
        "train",
        "rich_leave",
        FAIL,
        "train: 1 of n=400 rows break rich_leave (churned = 0 OR income > 1700), maximum share 0",
        400,
    ),
    Fault(
        "DS111",
        put("train", "customer", 0, "C0003"),
        "train",
        "customer, city",
        FAIL,
        "train: 1 of n=400 rows repeat an earlier key (customer, city)",
        400,
    ),
    Fault(
        "DS112",
        put("train", "city", 0, "Rome"),
        "train",
        "city",
        FAIL,
        "train: 1 of n=400 rows have a city that is not in the reference rows, maximum share 0",
        400,
    ),
    Fault(
        "DS302",
        every("evaluation", "churned", lambda at, _: int(at % 2 == 0)),
        "evaluation",
        "churned",
        WARN,
        "churned, training against evaluation: the share of the most common of 2 classes went "
        "from 0.7025 to 0.5000: difference -0.2025 [-0.2731, -0.1295] (material beyond 0.05), "
        "ratio x0.713 [0.626, 0.811] (material beyond x1.5), chi-square p 5e-08 (significant "
        "below 0.001), n=400 and 300",
        300,
    ),
    Fault(
        "DS303",
        every("evaluation", "city", lambda at, value: "Rome" if at % 10 == 0 else value),
        "evaluation",
        "training against evaluation",
        WARN,
        "1 of 3 columns hold categories in evaluation that training does not have: city 1 "
        "category in 0.1000 of n=300 [0.0709, 0.1392], maximum 0.001, by chance p <= 7.8e-11 "
        "(n=300)",
        300,
    ),
    Fault(
        "DS304",
        every("reference", "visits", lambda _, value: value % 3),
        "train",
        "the reference against training",
        WARN,
        "1 of 4 columns drift between the reference and training: visits (KS 0.5700, at least 0.4617, "
        "material above 0.05) (n=400)",
        400,
    ),
    Fault(
        "DS305",
        every("log", "income", lambda _, value: value / 12),
        "serving_log",
        "training against the serving log",
        WARN,
        "1 of 4 columns drift between training and the serving log: income (KS 1.0000, at least 0.8890, "
        "material above 0.05) (n=320)",
        320,
    ),
    Fault(
        "DS306",
        every("log", "prediction", lambda at, _: int(at % 5 > 0)),
        "serving_log",
        "prediction",
        WARN,
        "prediction, training's labels against serving: the share of the 2nd most common of 2 "
        "classes went from 0.2975 to 0.8000: difference +0.5025 [+0.4362, +0.5611] (material "
        "beyond 0.05), ratio x2.68 [2.29, 3.15] (material beyond x1.5), chi-square p 5.2e-41 "
        "(significant below 0.001), n=400 and 320",
        320,
    ),
    Fault(
        "DS405",
        every("train", "opened", lambda at, value: value + 100 * DAY if at < 8 else value),
        "train",
        "opened",
        WARN,
        "train.opened: 8 of n=400 values lie after the row's seen, maximum share 0.01",
        400,
    ),
    Fault(
        "DS406",
        every("train", "seen", lambda _, value: value + 60 * DAY),
        "train",
        "seen",
        FAIL,
        "train.seen: 400 of n=400 training rows lie after the first evaluation row, maximum share 0.01; all "
        "of them lie after the last one, too: training comes after evaluation",
        400,
    ),
    Fault(
        "DS503",
        every("train", "churned", lambda at, _: int(at < 3)),
        "train",
        "churned",
        WARN,
        "train.churned: the rarest of 2 classes has 3 rows, the commonest 397, ratio 0.0076, "
        "minimum 0.01 (entropy 6% of an even split, n=400)",
        400,
    ),
    Fault(
        "DS504",
        every("train", "seen", lambda _, value: value - 40 * DAY),
        "train",
        "seen",
        WARN,
        "train.seen: the newest row is 41.0 days old, maximum 30 (n=400)",
        400,
    ),
    Fault(
        "DS505",
        lambda world: world.train.__setitem__(
            "who", ["ann" if each else "bob" for each in world.train["churned"]]
        ),
        "train",
        "who",
        WARN,
        "train.who: 2 of 2 annotators label unlike the others; largest gap of a label's share "
        "1.000, at least 0.956 (material above 0.05, 119 rows of n=400)",
        400,
    ),
    Fault(
        "DS506",
        put("train", "who", slice(2), [None, None]),
        "train",
        "who",
        WARN,
        "train.who: 2 of n=400 rows do not say their annotator, maximum 0",
        400,
    ),
    Fault(
        "DS604",
        put("evaluation", "city", slice(30), ["Rome"] * 30),
        "evaluation",
        "city",
        WARN,
        "evaluation.city: 1 of 4 slices with fewer than 50 rows (30 of n=300 rows), the smallest has 30",
        300,
    ),
)
