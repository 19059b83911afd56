"""The folded parts: rules, data, slices, groups, training, score, provenance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.report.blocks import Bullets, Fold, Log, Paragraph, Table, code, strong, text
from mlops_actions.report.figures import ICON, NONE, arrows, change, count, number, seconds, verdict_word
from mlops_actions.results.verdict import Outcome

if TYPE_CHECKING:
    from mlops_actions.report.blocks import Inline
    from mlops_actions.report.view import View
    from mlops_actions.results.dataset import CheckResult
    from mlops_actions.results.training import ModelRun

ORDER = (
    Outcome.ERROR,
    Outcome.FAIL,
    Outcome.WARN,
    Outcome.INCONCLUSIVE,
    Outcome.SKIPPED,
    Outcome.PASS,
)
MAX_ROWS = 40
LOG_LINES = 15
BUILD = "The steps of docker build are neither hardened nor offline."


def folds(view: View) -> tuple[Fold, ...]:
    """Every fold there is something for, in reading order."""
    makers = (_rules, _dataset, _slices, _groups, _training, _rubric, _provenance)
    made = [make(view) for make in makers]
    return tuple(fold for fold in made if fold is not None)


def _icon(outcome: Outcome) -> Inline:
    return text(ICON[outcome])


def _rules(view: View) -> Fold | None:
    if view.gate is None:
        return None
    rows = tuple(
        (_icon(rule.outcome), text(arrows(rule.sentence)))
        for rule in sorted(view.rules, key=lambda rule: ORDER.index(rule.outcome))[:MAX_ROWS]
    )
    blocks: list[Paragraph | Table | Bullets] = [Table(("", "Rule"), rows)]
    if view.gate.payload.head_preview:
        items = tuple(
            text(f"{ICON[rule.outcome]} {arrows(rule.sentence)}")
            for rule in view.gate.payload.head_preview[:MAX_ROWS]
        )
        blocks += [Paragraph(strong("After the merge the changed rules would say:")), Bullets(items)]
    if view.gate.payload.notes:
        blocks.append(Bullets(tuple(text(note) for note in view.gate.payload.notes)))
    held = sum(rule.outcome is Outcome.PASS for rule in view.rules)
    return Fold(f"Gate: {held} of {count(len(view.rules), 'rule')} hold", tuple(blocks), rank=1)


def _dataset(view: View) -> Fold | None:
    if view.dataset is None:
        return None
    payload = view.dataset.payload
    loud = [check for check in payload.checks if check.outcome not in {Outcome.PASS, Outcome.SKIPPED}]
    passed = sum(check.outcome is Outcome.PASS for check in payload.checks)
    sizes = "; ".join(
        f"{each.role}: {each.rows:,} rows x {len(each.columns)} columns" for each in payload.datasets
    )
    blocks: list[Paragraph | Table | Bullets] = [Paragraph(text(sizes))]
    if loud:
        rows = tuple(
            _check(check) for check in sorted(loud, key=lambda each: ORDER.index(each.outcome))[:MAX_ROWS]
        )
        blocks.append(Table(("", "Check", "What was seen", "What to do"), rows))
    noticed = sum(test.noticed for test in payload.self_tests)
    if payload.self_tests:
        said = f"{noticed} of {len(payload.self_tests)} injected faults are noticed by the schema."
        blocks.append(Paragraph(text(said)))
    nulls = [
        f"{split.role}.{column.name}: {column.nulls:,} of {column.rows:,}"
        for split in payload.datasets
        for column in split.columns
        if column.nulls
    ]
    if nulls:
        blocks.append(Paragraph(text(f"Nulls: {'; '.join(nulls[:MAX_ROWS])}.")))
    if payload.drift:
        drift = tuple(
            (
                _icon(row.outcome), code(row.column), text(row.statistic), text(number(row.effect)),
                text(f"{row.p_adjusted:.2g}" if row.p_adjusted is not None else NONE), text(number(row.psi)),
            )
            for row in payload.drift[:10]
        )  # fmt: skip
        head = ("", "Column", "Statistic", "Effect", "Holm p", "PSI (shown, not judged)")
        blocks += [
            Paragraph(strong("Drift, training against evaluation (largest first)")),
            Table(head, drift, frozenset({3, 4, 5})),
        ]
    title = f"Data: {passed} of {count(len(payload.checks), 'check')} pass"
    return Fold(title, tuple(blocks), rank=2)


def _check(check: CheckResult) -> tuple[Inline, ...]:
    return (_icon(check.outcome), code(check.id), text(check.sentence), text(check.remediation))


def _slices(view: View) -> Fold | None:
    found = view.slices()
    if not found or view.evaluation is None:
        return None
    first = next((each.name for each in view.overall("metric")), "")
    chosen = [each for each in found if each.name == first]
    rows = tuple(
        (
            code(each.slice), text(f"{each.n:,}"),
            text(number(each.baseline.value) if each.baseline else NONE),
            strong(number(each.candidate.value)), text(change(each)), text(verdict_word(each)),
        )
        for each in chosen[:MAX_ROWS]
    )  # fmt: skip
    head = ("Slice", "n", "Baseline", "Candidate", "Change [interval]", "Verdict")
    covered = "; ".join(
        f"{each.column}: {each.covered:,} of {each.rows:,} rows judged"
        for each in view.evaluation.payload.coverage
    )
    blocks: list[Table | Paragraph] = [Table(head, rows, frozenset({1, 2, 3, 4}))]
    if covered:
        blocks.append(Paragraph(text(f"Judged: {covered}.", "muted")))
    judged = sum(each.difference is not None for each in chosen)
    title = f"Slices: {chosen[0].title} on {judged} of {count(len(chosen), 'slice')}" if chosen else "Slices"
    return Fold(title, tuple(blocks), rank=3)


def _groups(view: View) -> Fold | None:
    rows = view.evaluation.payload.fairness if view.evaluation else ()
    if not rows:
        return None
    cells = tuple(
        (
            code(f"{row.feature} = {group.group}"), text(f"{group.n:,}"), text(_rate(group.selection_rate)),
            text(_rate(group.true_positive_rate)), text(_rate(group.false_positive_rate)),
        )
        for row in rows
        for group in row.groups
    )  # fmt: skip
    notes = tuple(
        text(
            f"{row.feature}: smallest over largest selection rate {row.selection_ratio:.2f}"
            f" (chi-square p {row.p_value:.2g})"
        )
        for row in rows
        if row.selection_ratio is not None and row.p_value is not None
    )
    head = ("Group", "n", "Selected", "True positive rate", "False positive rate")
    return Fold(
        "Groups of sensitive features", (Table(head, cells, frozenset({1, 2, 3, 4})), Bullets(notes)), rank=6
    )


def _rate(value: float | None) -> str:
    return NONE if value is None else f"{100 * value:.1f} %"


def _training(view: View) -> Fold | None:
    if view.training is None:
        return None
    runs = view.training.payload.runs
    rows = tuple(
        (
            text(run.role.replace("_", " ")), _icon(run.outcome), text(_where(run)),
            text(seconds(run.duration_seconds)),
            text(f"{run.peak_rss_bytes / 2**20:,.0f} MiB" if run.peak_rss_bytes else NONE),
            code(run.model_digest.removeprefix("sha256:")[:12]),
        )
        for run in runs
    )  # fmt: skip
    blocks: list[Paragraph | Table | Log] = [
        Table(("Model", "", "Where", "Time", "Peak memory", "Digest"), rows, frozenset({3, 4}))
    ]
    for run in runs:
        if run.outcome in {Outcome.FAIL, Outcome.ERROR}:
            blocks += [Paragraph(text(run.sentence)), Log(run.log_tail[-LOG_LINES:])]
    twice = view.evaluation.payload.reproduction if view.evaluation else None
    if twice is not None:
        largest = f"{twice.max_abs_difference:.3g}"
        said = f"Trained twice: largest difference of a prediction {largest}, {twice.flips} labels flip."
        blocks.append(Paragraph(text(said)))
    if any(run.executor == "docker" for run in runs):
        blocks.append(Paragraph(text(BUILD, "muted")))
    where = dict.fromkeys(_where(run) for run in runs)
    return Fold(f"Training: {count(len(runs), 'run')}, {'; '.join(where)}", tuple(blocks), rank=4)


def _where(run: ModelRun) -> str:
    if run.origin != "trained":
        return "made elsewhere"
    if run.contained:
        opted = f", without {', '.join(run.opt_outs)}" if run.opt_outs else ""
        return f"{run.executor}, contained{opted}"
    return f"{run.executor}, not contained"


def _rubric(view: View) -> Fold | None:
    if view.score is None:
        return None
    score = view.score.payload
    rows = tuple(
        (
            strong(probe.id), text(probe.title), text(probe.status.value.replace("_", " ").lower()),
            text(probe.result or NONE), text(f"{probe.points.effective:g}"), text(probe.message),
        )
        for probe in score.probes
    )  # fmt: skip
    observed = sum(probe.result is not None for probe in score.probes)
    head = ("Test", "Title", "Status", "Result", "Points", "Finding")
    notes = Bullets(tuple(text(note) for note in score.notes))
    return Fold(
        f"ML Test Score: {observed} of {count(len(score.probes), 'test')} observed",
        (Table(head, rows, frozenset({4})), notes),
        rank=7,
    )


def _provenance(view: View) -> Fold:
    source = view.source
    lines = [
        ("head", source.head_sha or "not a git commit"),
        ("base", source.base_sha or "none"),
        ("event", source.event),
        ("trust", view.trust.value),
        ("tool", f"mlops-actions {view.tool_version}"),
    ]
    if source.run_id is not None:
        lines.append(("run", f"{source.run_id}, attempt {source.run_attempt}"))
    lines += [(record.path, record.sha256) for record in view.records]
    table = Table(("", ""), tuple((text(name), code(value)) for name, value in lines))
    blocks: list[Table | Paragraph] = [table]
    if view.evaluation is not None:
        blocks.append(Paragraph(text(f"Uncertainty: {view.evaluation.payload.uncertainty}.")))
    return Fold("Provenance", tuple(blocks), rank=8)
