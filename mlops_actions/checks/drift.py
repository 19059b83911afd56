"""DS301, DS304 and DS305: two samples column by column, by the rule of statistics/drift.py. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlops_actions.checks import catalog
from mlops_actions.checks.check import Subject, result, skipped
from mlops_actions.checks.distances import distance_of, new_by_blanks, values_compared
from mlops_actions.checks.null_drift import changed, null_distance
from mlops_actions.checks.pairs import history, left_out, skew, splits
from mlops_actions.checks.public_names import public_names
from mlops_actions.results.dataset import NULLS, DriftRow, FailureCase
from mlops_actions.results.verdict import Outcome
from mlops_actions.results.words import count, few_digits, ordinal, p_value, share
from mlops_actions.statistics.drift import Distance, drifts
from mlops_actions.statistics.multiplicity import holm

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlops_actions.checks.case import Case
    from mlops_actions.checks.check import Check
    from mlops_actions.checks.limits import DriftParameters
    from mlops_actions.checks.pairs import Pair
    from mlops_actions.profile.column import ColumnProfile
    from mlops_actions.results.dataset import CheckResult

MOST_NAMED = 5
NO_EVALUATION = "data.evaluation is not declared"
NO_REFERENCE = "there is no training data of the base commit to compare with"
NO_LOG = "data.serving_log is not declared"


class _Measured(NamedTuple):
    first: ColumnProfile
    second: ColumnProfile
    distance: Distance


def judge_drift(case: Case) -> tuple[tuple[DriftRow, ...], tuple[CheckResult, ...]]:
    """Every pair of samples that is there: the rows of the table, and one verdict per check."""
    limits, features = case.setting.limits, case.setting.features
    rows: list[DriftRow] = []
    verdicts: list[CheckResult] = []
    for check, pair, own, why in (
        (catalog.DRIFT, splits(case), limits.drift, NO_EVALUATION),
        (catalog.HISTORY, history(case), limits.history, case.setting.no_reference or NO_REFERENCE),
        (catalog.SKEW, skew(case), limits.skew, NO_LOG),
    ):
        if pair is None:
            subject = Subject(case.train.role, "training", case.train.rows)
            verdicts.append(skipped(check, subject, why))
            continue
        found = tuple(_public(row, case) for row in measure_drift(check, pair, features, own))
        rows += found
        verdicts.append(check_drift(check, pair, found, own))
    return tuple(rows), tuple(verdicts)


def _public(row: DriftRow, case: Case) -> DriftRow:
    """With no label but those that may be shown; no sensitive column is among the features."""
    setting = case.setting
    labels = public_names(row.labels, row.column, setting.schema, show_values=setting.show_values)
    return row.model_copy(update={"labels": labels})


def measure_drift(
    check: Check,
    pair: Pair,
    columns: Sequence[str],
    limits: DriftParameters,
) -> tuple[DriftRow, ...]:
    """One row per column, and one more where its share of nulls drifts; inconclusive below the least rows.

    Holm is over all values and all shares of nulls that could be compared. Labels are the data's.
    """
    found: list[_Measured] = []
    undecided: list[DriftRow] = []
    for name in columns:
        first = pair.reference.column(name)
        if first is None:
            continue
        second = pair.compared(name)
        if second is not None and (nulls := _nulls(pair, first, second, limits)) is not None:
            found.append(_Measured(first, second, nulls))
        told = _told(check, pair, first, second, limits)
        if told is None and second is not None:
            distance = distance_of(first, second, limits.min_expected_of(name))
            if isinstance(distance, Distance):
                found.append(_Measured(first, second, distance))
                continue
            told = distance, Outcome.INCONCLUSIVE
        undecided.append(_unjudged(pair, first, second, told or ("", Outcome.INCONCLUSIVE)))
    adjusted = holm([each.distance.p_value for each in found])
    rows = [_row(pair, each, p, limits) for each, p in zip(found, adjusted, strict=True)]
    rows = [
        row.model_copy(update={"labels": one.distance.names}) for row, one in zip(rows, found, strict=True)
    ]
    rows = [row for row in rows if row.kind != NULLS or row.outcome is Outcome.WARN]
    rows.sort(key=lambda row: (row.outcome is not Outcome.WARN, -(row.effect or 0)))
    emptied = {row.column for row in rows if row.kind == NULLS and 1.0 in _of_nulls(row)}
    open_ = (row for row in undecided if row.outcome is Outcome.SKIPPED or row.column not in emptied)
    return (*rows, *open_)


def _nulls(
    pair: Pair, first: ColumnProfile, second: ColumnProfile, limits: DriftParameters
) -> Distance | None:
    """Of every column that nobody asked to leave out: an id or time that is written no more is told, too."""
    name = first.name
    if name in limits.exclude or limits.judged(name) is False or name in pair.unlike:
        return None
    if min(first.rows, second.rows) < limits.min_rows_of(name):
        return None
    return null_distance(first, second)


def _told(
    check: Check, pair: Pair, first: ColumnProfile, second: ColumnProfile | None, limits: DriftParameters
) -> tuple[str, Outcome] | None:
    """Why a column is not compared, and what that comes to; None where it is."""
    name, asked = first.name, limits.judged(first.name)
    unlike = "" if asked is False else pair.unlike.get(name, "")
    why = "" if unlike else pair.untold.get(name, "")
    if name in limits.exclude:
        why = f"excluded by validate.checks.{check.id}"
    if unlike and not why:
        return unlike, Outcome.WARN
    if not why and asked is False:
        why = f"judge: false in validate.checks.{check.id}"
    if why or (asked is None and (why := left_out(first))):
        return why, Outcome.SKIPPED
    if second is None:
        return f"not in {pair.second}", Outcome.INCONCLUSIVE
    if first.rows and second.rows and not first.present and not second.present:
        return "no value in either", Outcome.SKIPPED
    fewest, needed = min(map(values_compared, (first, second))), limits.min_rows_of(name)
    if fewest < needed:
        return f"{count(fewest, 'value')}, at least {needed} are needed", Outcome.INCONCLUSIVE
    return None


def _row(pair: Pair, each: _Measured, p: float, limits: DriftParameters) -> DriftRow:
    name, distance = each.first.name, each.distance
    alpha, material, ratio = limits.alpha_of(name), limits.material_of(name), limits.ratio_of(name)
    drifted = drifts(distance, p, alpha, material, ratio)
    nulls = distance.kind == NULLS
    n, m = (each.rows if nulls else values_compared(each) for each in each[:2])
    text = "".join(
        (
            f"{name}: {distance.statistic} {changed(distance) + ', a difference of ' if nulls else ''}",
            f"{distance.effect:.4f}, at least {distance.effect_low:.4f} (material above {material:g})",
            *_of_a_category(distance, ratio),
            f", from bins, {distance.error:.4f} more at most" if distance.error else "",
            f", from a sample of {count(sampled, 'row')}" if (sampled := pair.read.get(name, 0)) else "",
            f", Holm p {p_value(p)} (significant below {alpha:g}), n={n:,} and {m:,}",
            f"; {blanks}" if drifted and not nulls and (blanks := new_by_blanks(*each[:2])) else "",
        )
    )
    return DriftRow(
        column=name,
        kind=distance.kind,
        outcome=Outcome.WARN if drifted else Outcome.PASS,
        sentence=text,
        statistic=distance.statistic,
        effect=distance.effect,
        effect_low=distance.effect_low,
        p_adjusted=p,
        psi=distance.psi,
        jensen_shannon=distance.jensen_shannon,
        n_reference=n,
        n_current=m,
        pair=pair.words,
        wasserstein=distance.wasserstein,
        wasserstein_in_std=distance.wasserstein_in_std,
        binning=distance.binning,
        ratio=distance.ratio,
        ratio_low=distance.ratio_low,
        error=distance.error,
        shares_reference=distance.bars[0],
        shares_current=distance.bars[1],
    )


def _of_a_category(distance: Distance, ratio: float) -> Iterator[str]:
    """The largest change of a share by a factor; a category is named by its place, never by its value."""
    if distance.ratio is None:
        return
    which = "most common" if distance.ratio_rank == 1 else f"{ordinal(distance.ratio_rank)} most common"
    yield f", its {which} category x{few_digits(distance.ratio)}, at least "
    yield f"x{few_digits(distance.ratio_low)} either way "
    yield f"(material above x{ratio:g})"


def _unjudged(
    pair: Pair, first: ColumnProfile, second: ColumnProfile | None, told: tuple[str, Outcome]
) -> DriftRow:
    return DriftRow(
        column=first.name,
        kind=first.kind,
        outcome=told[1],
        sentence=f"{first.name}: {told[0]}",
        n_reference=first.present,
        n_current=second.present if second is not None else 0,
        pair=pair.words,
    )


def _named(drifted: Sequence[DriftRow], limits: DriftParameters) -> str:
    """The largest, each with what was seen and what is material."""
    if not drifted:
        return ""
    figures: dict[str, list[str]] = {}
    for row in drifted:
        figures.setdefault(row.column, []).append(_figures(row, limits))
    told = [f"{name} ({'; '.join(each)})" for name, each in list(figures.items())[:MOST_NAMED]]
    told += [f"and {len(figures) - MOST_NAMED:,} more"] if len(figures) > MOST_NAMED else []
    return f": {', '.join(told)}"


def _figures(row: DriftRow, limits: DriftParameters) -> str:
    """Of the distance where it is material, else of the category whose share changed by a factor."""
    material = limits.material_of(row.column)
    if row.kind == NULLS:
        before, after = _of_nulls(row)
        least = f"at least {row.effect_low or 0.0:.4f} apart, material above {material:g}"
        return f"{row.statistic} {before:.4f} to {after:.4f}, {least}"
    if row.ratio is None or row.ratio_low is None or (row.effect_low or 0.0) > material:
        least = f"at least {row.effect_low or 0.0:.4f}, material above {material:g}"
        return f"{row.statistic} {row.effect or 0.0:.4f}, {least}"
    ratio = limits.ratio_of(row.column)
    seen, least = few_digits(row.ratio), few_digits(row.ratio_low)
    return f"a category x{seen}, at least x{least} either way, material above x{ratio:g}"


def _of_nulls(row: DriftRow) -> tuple[float, float]:
    return row.shares_reference[1], row.shares_current[1]


def check_drift(check: Check, pair: Pair, rows: tuple[DriftRow, ...], limits: DriftParameters) -> CheckResult:
    """Two samples as a whole: drift is a warning, named by column; so is a column of another kind.

    It passes only where every column that should be compared has something to compare: one that is missing
    or has no value leaves the verdict open.
    """
    n = pair.current.rows
    warned = [row for row in rows if row.outcome is Outcome.WARN]
    drifted, unlike = [row for row in warned if row.measured], [row for row in warned if not row.measured]
    undecided = [row for row in rows if row.outcome is Outcome.INCONCLUSIVE]
    undecided.sort(key=lambda row: row.n_current > 0)
    names = {row.column for row in drifted}
    judged = len(names | {row.column for row in rows if row.outcome is Outcome.PASS})
    text = (
        f"{share(len(names), judged, 'column', 'drift')} between {pair.first} and {pair.second}"
        f"{_named(drifted, limits)} (n={n:,})"
    )
    if unlike:
        text += f"; {count(len(unlike), 'column')} of another kind ({unlike[0].sentence})"
    if undecided:
        text += f"; {len(undecided)} could not be judged ({undecided[0].sentence})"
    lacking = any(not row.n_current for row in undecided)
    return result(
        check,
        Subject(pair.current.role, pair.words, n),
        Outcome.WARN if warned else Outcome.PASS if judged and not lacking else Outcome.INCONCLUSIVE,
        text,
        observed=float(len(names) + len(unlike)),
        limit=0.0,
        failures=tuple(
            FailureCase(where=name, count=rows)
            for name, rows in {row.column: row.n_current for row in warned}.items()
        ),
    )
