"""What each word of a gate rule means: for `mlops explain`. The judges stand beside it."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from mlops_actions.errors import UsageError

HEAD = "| rule | pass | warn | fail |"


@dataclass(frozen=True)
class RuleWord:
    """A key of gate.rules: its meaning, its rows of the verdict table, and a rule that uses it."""

    name: str
    kind: str  # subject, limit or option
    text: str
    example: str
    rows: tuple[str, ...] = ()


MINIMUM = (
    "| `minimum` | point at or above it | point below, interval reaches it | the whole interval is below |",
    "| `minimum`, `strict: true` | the whole interval is at or above it | | its lower end is below, or there is no interval |",
)
MAXIMUM = (
    "| `maximum` | point at or below it | point above, interval reaches it | the whole interval is above |",
    "| `maximum`, `strict: true` | the whole interval is at or below it | | its upper end is above, or there is no interval |",
)
REGRESSION = ("| `max_regression` | improved, no worse | inconclusive | regressed |",)
SHOWN = ("| `max_regression`, `require: shown_no_worse` | improved, no worse | | inconclusive, regressed |",)
IMPROVEMENT = (
    "| `min_improvement` | point at or above it | point below, interval reaches it | the whole interval is below |",
)
MISSING = ("| a change rule without a baseline | `on_missing: skip` | the default | `on_missing: fail` |",)

RULE_WORDS: tuple[RuleWord, ...] = (
    RuleWord("metric", "subject", "One of evaluate.metrics, on all evaluation rows.", "{metric: roc_auc, minimum: 0.8}"),
    RuleWord("kpi", "subject", "The id of one of business.kpis, in its own unit.", "{kpi: profit, max_regression: 100}"),
    RuleWord(
        "slice", "subject",
        'With metric or kpi: one slice (region=north), every slice of a column (region), or every judged slice ("*").',
        '{slice: "*", metric: roc_auc, max_regression: 0.03, min_samples: 100}',
    ),
    RuleWord(
        "score", "subject",
        "The ML Test Score: effective, practice, or one section (data, model, infrastructure, monitoring).",
        "{score: effective, minimum: 1}",
    ),
    RuleWord("check", "subject", 'A dataset check, a family (DS1) or "*"; it needs no limit.', '{check: "*"}'),
    RuleWord("probe", "subject", "A test of the ML Test Score; it needs no limit.", "{probe: DATA1}"),
    RuleWord(
        "cost", "subject", "training_seconds, peak_memory_bytes or model_bytes of the candidate.",
        "{cost: training_seconds, maximum: 600}",
    ),
    RuleWord(
        "minimum", "limit", "The candidate's figure and its interval against a fixed lower limit.",
        "{metric: roc_auc, minimum: 0.8}", MINIMUM,
    ),
    RuleWord(
        "maximum", "limit", "The candidate's figure and its interval against a fixed upper limit; mirrors minimum.",
        "{metric: brier_score_loss, maximum: 0.2}", MAXIMUM,
    ),
    RuleWord(
        "max_regression", "limit",
        "How much worse than the baseline on the same rows is tolerated, 0 or more. Improved: the whole interval of "
        "the change is above 0; no worse: above -max_regression; regressed: all of it is below; else inconclusive.",
        "{metric: roc_auc, max_regression: 0.01}", REGRESSION + SHOWN,
    ),
    RuleWord(
        "min_improvement", "limit", "How much better than the baseline on the same rows is demanded; strict as for minimum.",
        "{metric: roc_auc, min_improvement: 0.005}", IMPROVEMENT,
    ),
    RuleWord(
        "relative", "option", "true: max_regression and min_improvement are shares of the baseline's figure. Default: false.",
        "{kpi: profit, max_regression: 0.02, relative: true}",
    ),
    RuleWord(
        "confidence", "option",
        "Of the interval, above 0.5 and below 1. Default: 0.95. Blocking change rules are read together, Holm-adjusted.",
        "{metric: roc_auc, max_regression: 0.01, confidence: 0.9}",
    ),
    RuleWord(
        "require", "option",
        "no_regression_shown (default): inconclusive warns. shown_no_worse: inconclusive fails.",
        "{metric: roc_auc, max_regression: 0.01, require: shown_no_worse}", REGRESSION + SHOWN,
    ),
    RuleWord(
        "strict", "option", "true: the whole interval must hold, and nothing warns. Default: false.",
        "{metric: roc_auc, minimum: 0.8, strict: true}", (MINIMUM[1], MAXIMUM[1]),
    ),
    RuleWord(
        "min_samples", "option",
        "Fewer rows are not judged: inconclusive, which warns; a slice rule leaves such slices out.",
        "{slice: region, metric: roc_auc, max_regression: 0.03, min_samples: 200}",
    ),
    RuleWord(
        "on_missing", "option", "What a rule says whose subject or baseline is not there: skip, warn (default) or fail.",
        "{metric: roc_auc, max_regression: 0.01, on_missing: fail}", MISSING,
    ),
    RuleWord(
        "severity", "option", "warn turns the rule's fail into warn. Default: fail.",
        "{kpi: profit, minimum: 0, severity: warn}",
    ),
)  # fmt: skip
NAMES = tuple(word.name for word in RULE_WORDS)


def lookup(name: str) -> RuleWord:
    """The word of that name; UsageError names the nearest ones."""
    wanted = name.strip().lower().replace("-", "_")
    for word in RULE_WORDS:
        if word.name == wanted:
            return word
    near = difflib.get_close_matches(wanted, NAMES, n=3)
    raise UsageError(f"no word of a gate rule {name!r}", hint=f"Allowed: {', '.join(near or NAMES)}.")
