"""`mlops run`: every stage in order; what one stage cannot do never loses what others did."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import click

from mlops_actions.commands.options import EXECUTOR, REUSE, baseline_options, comment_options, stage_options

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlops_actions.commands.report import GitHubComments
    from mlops_actions.errors import MlopsError
    from mlops_actions.stages.base_score import BaseScore
    from mlops_actions.stages.baseline_profile import Found
    from mlops_actions.stages.containers import ContainerPort
    from mlops_actions.stages.context import RunContext, StageOutcome

SETUP_TOLD = 2.0  # seconds: asking an engine for images it has takes less


@click.command("run")
@stage_options
@EXECUTOR
@REUSE
@baseline_options
@comment_options
def command(  # noqa: PLR0913 - one parameter an option
    config_file: str,
    results_folder: str,
    executor: str | None,
    baseline_artifact: str,
    baseline_results: str | None,
    comment_key: str | None,
    comment_author: str | None,
    *,
    comment: bool,
    reuse: bool,
    as_json: bool,
    **_: Any,
) -> int:
    """Validate, train, evaluate, score, gate and report, and exit with the gate's verdict."""
    from mlops_actions.commands.baseline import base_results, base_score
    from mlops_actions.commands.report import comment_port
    from mlops_actions.commands.session import open_session

    context = open_session(config_file, results_folder, fresh=True, whole=True, executor=executor)
    port = comment_port(context, comment_key, comment_author) if comment else None
    base = base_score(context, baseline_artifact, baseline_results)  # before any code of the candidate runs
    return run_all(
        context,
        executor,
        port,
        base,
        lambda: base_results(context, baseline_artifact, baseline_results),
        reuse=reuse,
        as_json=as_json,
    )


def run_all(
    context: RunContext,
    executor: str | None,
    comments: GitHubComments | None = None,
    base: BaseScore | None = None,
    results: Callable[[], Found] | None = None,
    *,
    reuse: bool = True,
    as_json: bool = False,
) -> int:
    """All stages on one context. Returns the exit code: an error's own, else the gate's verdict.

    The first error stops the stages that need its result; score, gate and report still run on what is there,
    so that a pull request always gets an answer.
    """
    from mlops_actions.commands.errors import error_value, show_error
    from mlops_actions.commands.gate import annotate
    from mlops_actions.commands.outputs import tell
    from mlops_actions.commands.report import make_report
    from mlops_actions.commands.show import as_document, end_with, exit_code, show_brief
    from mlops_actions.stages import gate, score
    from mlops_actions.stages.containers import ContainerPort
    from mlops_actions.stages.failures import as_failure, sentence

    started = time.monotonic()
    port = ContainerPort(executor, reuse=reuse)
    done: dict[str, StageOutcome] = {}
    name, failure = _measured(context, port, done, results, as_json=as_json)
    done["score"] = score.run(context)
    show_brief("score", done["score"], context, as_json=as_json)
    done["gate"] = verdict = gate.run(context, base)
    tell(verdict, context)
    failed = next((each.error for each in done.values() if each.error is not None), None)
    said = f"train: {failed.message}" if failed is not None else ""
    if failure is not None:
        said = sentence(as_failure(name, failure))
    annotate(verdict, context.config_file, as_json=as_json, without=said)
    done["report"] = make_report(context, comments)
    show_brief("report", done["report"], context, as_json=as_json)
    tell(verdict, context)  # again: the step's outcome is the gate's, not the report's
    if as_json:
        stages = [as_document(name, outcome, context) for name, outcome in done.items()]
        value = error_value(failure) if failure is not None else {"outcome": verdict.outcome.value}
        click.echo(json.dumps({**value, "stages": stages}, indent=1, sort_keys=True))
    else:
        _summarise(context)
        click.echo(duration(time.monotonic() - started, port.setup_seconds), err=True)
    if failed is not None:
        return end_with(failed, context, as_json=as_json)
    if failure is not None:
        return show_error(failure, as_json=as_json, documented=as_json)
    return exit_code(verdict.outcome)


def _measured(
    context: RunContext,
    port: ContainerPort,
    done: dict[str, StageOutcome],
    results: Callable[[], Found] | None,
    *,
    as_json: bool,
) -> tuple[str, MlopsError | None]:
    """Validate, train and evaluate into `done` until one fails: its name and error."""
    from mlops_actions.commands.show import show_brief
    from mlops_actions.errors import MlopsError
    from mlops_actions.stages.baseline_profile import Found
    from mlops_actions.stages.failures import recorded

    name = ""
    for name, stage in _stages(context, port, results or Found):
        try:
            with recorded(context, name):
                done[name] = stage()
        except MlopsError as error:
            context.progress.step(f"{name}: {error.title}")
            return name, error
        show_brief(name, done[name], context, as_json=as_json)
        if done[name].error is not None:
            break
    return name, None


def duration(seconds: float, setup: float) -> str:
    """How long a run took, and how much of it made environments and images, unless they were there."""
    part = f", {setup:.1f} s of them set-up: the environment or image was made" if setup >= SETUP_TOLD else ""
    return f"{seconds:.1f} s in all{part}"


def _stages(
    context: RunContext, port: ContainerPort, results: Callable[[], Found]
) -> tuple[tuple[str, Callable[[], StageOutcome]], ...]:
    from mlops_actions.stages import evaluate, train, validate
    from mlops_actions.stages.needs import check_declared

    def training() -> StageOutcome:
        check_declared(context)  # nothing is trained that cannot be evaluated
        return train.run(context, port)

    return (
        ("validate", lambda: validate.run(context, results)),
        ("train", training),
        ("evaluate", lambda: evaluate.run(context, port)),
    )


def _summarise(context: RunContext) -> None:
    from mlops_actions.commands.summary import print_summary
    from mlops_actions.stages.report import read_view

    print_summary(read_view(context), context.results.folder)
