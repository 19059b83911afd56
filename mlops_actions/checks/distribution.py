"""DS108: a column's mean, median, spread and shares within the declared bounds. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.checks import catalog
from mlops_actions.checks.check import TOO_MANY, Subject, result, skipped
from mlops_actions.checks.comparable import spellings
from mlops_actions.profile.rounding import to_spread, written
from mlops_actions.results.verdict import Outcome
from mlops_actions.results.words import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlops_actions.config.data_schema import ColumnContract
    from mlops_actions.profile.column import ColumnProfile
    from mlops_actions.results.dataset import CheckResult


def check_distribution(
    subject: Subject, where: str, column: ColumnProfile, contract: ColumnContract, rest: str = ""
) -> Iterator[CheckResult]:
    """One result a declared bound.

    Args:
        subject: the column.
        where: its name with its split.
        column: what of it can be compared.
        contract: of the column.
        rest: what is said of values that cannot.
    """
    declared = contract.distribution
    summary = column.summary
    if summary is not None:
        for name in ("mean", "median", "std"):
            span = getattr(declared, name)
            if span is not None:
                value, told = _told(getattr(summary, name), summary.spread_of(name), span)
                ok = span[0] <= value <= span[1]
                bounds = ", ".join(map(written, span))
                verb = "is within" if ok else "is outside"
                text = f"{where}: {name} {told} {verb} [{bounds}] (n={column.present:,}){rest}"
                limit = f"{name} in [{bounds}]"
                yield result(catalog.DISTRIBUTION, subject, _word(ok), text, observed=value, limit=limit)
    if declared.max_share is not None and column.counts is None:
        yield skipped(catalog.DISTRIBUTION, subject, TOO_MANY.format(column.distinct))
    elif declared.max_share is not None and column.counts:
        found = _share(subject, where, column, declared.max_share, contract.type)
        yield found.model_copy(update={"sentence": f"{found.sentence}{rest}"})


def _told(value: float, spread: float, span: tuple[float, float]) -> tuple[float, str]:
    """As the report writes it; with all digits only where rounding would move it over a bound."""
    shown = to_spread(value, spread)
    if (span[0] <= shown <= span[1]) == (span[0] <= value <= span[1]):
        return shown, written(value, spread)
    return value, f"{value:.15g}"


def _share(
    subject: Subject, where: str, column: ColumnProfile, limit: float | dict[str, float], declared: str
) -> CheckResult:
    if isinstance(limit, dict):
        shares = {str(value): count / max(1, column.present) for value, count in column.counts or ()}
        over = [
            name
            for name, most in limit.items()
            if sum(shares.get(text, 0.0) for text in spellings(name, declared)) > most
        ]
        bounds = count(len(limit), "category", "categories")
        text = f"{where}: {len(over)} of {bounds} exceed their share (n={column.present:,})"
        return result(
            catalog.DISTRIBUTION, subject, _word(not over), text, observed=float(len(over)), limit=0.0
        )
    counts = column.counts
    largest = int(counts.rows.max()) / max(1, column.present) if counts is not None else 0.0
    ok = largest <= limit
    sign = "<=" if ok else ">"
    text = f"{where}: largest share {largest:.3f} {sign} {limit:g} (n={column.present:,})"
    return result(catalog.DISTRIBUTION, subject, _word(ok), text, observed=largest, limit=limit)


def _word(ok: bool) -> Outcome:
    return Outcome.PASS if ok else Outcome.FAIL
