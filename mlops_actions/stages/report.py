"""The report: report.md, report.html, the job summary and the one sticky comment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar, cast

from mlops_actions.adapters.actions_runtime import write_summary
from mlops_actions.adapters.results_folder import refuse_links, write_atomically
from mlops_actions.errors import MlopsError
from mlops_actions.report.html import render_html
from mlops_actions.report.markdown import render_markdown
from mlops_actions.report.sections.folds import folds
from mlops_actions.report.sections.top import top
from mlops_actions.report.view import View
from mlops_actions.results.base import ResultModel
from mlops_actions.results.dataset import DatasetResult
from mlops_actions.results.evaluation import EvaluationResult
from mlops_actions.results.gate import GateResult
from mlops_actions.results.score import ScoreResult
from mlops_actions.results.training import TrainingResult
from mlops_actions.stages.context import StageOutcome
from mlops_actions.stages.dataset_page import write_page
from mlops_actions.stages.failures import STAGE, failure_of, read_failures
from mlops_actions.stages.model_card import NAME as CARD
from mlops_actions.stages.model_card import write_card

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_actions.report.blocks import Block
    from mlops_actions.results.envelope import Envelope, InputRecord, Kind
    from mlops_actions.stages.context import RunContext

Payload = TypeVar("Payload", bound=ResultModel)
MAX_SVG_BYTES = 2_000_000


@dataclass(frozen=True)
class Posted:
    """What became of the comment: an action word, its address, and why when it was not written."""

    action: str
    url: str = ""
    reason: str = ""


class CommentPort(Protocol):
    """Writes the sticky comment."""

    def marker(self) -> str:
        """The comment's first line."""

    def post(self, body: str) -> Posted:
        """Write or update it; a token that may not is an answer, not an error."""


def run(context: RunContext, comments: CommentPort | None = None) -> StageOutcome:
    """Render what is there and hand it out. Its outcome is the gate's verdict; posting never changes it."""
    context.progress.step("render the report")
    view = read_view(context)
    blocks: tuple[Block, ...] = (*top(view), *folds(view))
    marker = comments.marker() if comments is not None else ""
    body = render_markdown(blocks, first_line=marker)
    folder = context.results.folder
    page = render_html(f"{view.project}: {view.outcome}", blocks, _plots(folder / "plots"))
    write_atomically(folder / "report.md", body.encode())
    write_atomically(folder / "report.html", page.encode())
    card = write_card(context, view)
    if view.dataset is not None:
        write_page(folder, view.project, view.dataset)
    posted = (
        comments.post(body) if comments is not None else Posted("none", reason="no comment was asked for")
    )
    write_summary(context.environment, _summary(body, posted))
    outputs = {
        "report-path": str(folder / "report.md"),
        "report-html": str(folder / "report.html"),
        "comment-url": posted.url,
        "comment-action": posted.action,
    }
    lines = [f"{folder / 'report.md'}", f"{folder / 'report.html'}"]
    if card:
        lines.append(f"{folder / CARD}")
    if comments is not None:
        lines.append(
            f"comment {posted.action}{': ' + posted.reason if posted.reason else ''} {posted.url}".rstrip()
        )
    return StageOutcome(view.outcome, None, tuple(lines), outputs)


def _summary(body: str, posted: Posted) -> str:
    if posted.action not in {"forbidden", "failed"}:
        return body
    return f"> [!NOTE]\n> No comment was written: {posted.reason} This summary is the report.\n\n{body}"


def read_view(context: RunContext) -> View:
    """Everything the results folder holds.

    A result that cannot be read, or whose stage failed since, is left out (the gate says so).
    """
    records: list[InputRecord] = []

    def read(kind: Kind, payload: type[Payload]) -> Envelope[Payload] | None:
        if not context.results.has(kind):
            return None
        if kind in STAGE and failure_of(context.results.folder, STAGE[kind]) is not None:
            return None
        try:
            envelope, record = context.results.read(kind, payload)
        except MlopsError:
            return None
        records.append(record)
        return cast("Envelope[Payload]", envelope)

    business = context.config.business
    parts = {
        "dataset": read("dataset", DatasetResult),
        "training": read("training", TrainingResult),
        "evaluation": read("evaluation", EvaluationResult),
        "score": read("score", ScoreResult),
        "gate": read("gate", GateResult),
    }
    return View(
        project=context.config.project,
        objective=business.objective,
        owner=business.owner,
        source=context.source,
        trust=context.trust,
        tool_version=context.tool_version,
        records=tuple(records),
        failures=read_failures(context.results.folder),
        **parts,  # type: ignore[arg-type]  # each key has its own payload type
    )


def _plots(folder: Path) -> dict[str, tuple[bytes, bytes]]:
    """Pairs of light and dark SVG files that an earlier stage drew; links and huge files are left out."""
    refuse_links(folder)
    found = {}
    for light in sorted(folder.glob("*-light.svg")) if folder.is_dir() else ():
        dark = light.with_name(light.name.replace("-light.svg", "-dark.svg"))
        plain = all(
            path.is_file() and not path.is_symlink() and path.stat().st_size <= MAX_SVG_BYTES
            for path in (light, dark)
        )
        if plain:
            found[light.name.removesuffix("-light.svg")] = (light.read_bytes(), dark.read_bytes())
    return found
