"""The report stage: what it writes, what became of the comment, which never changes the verdict."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from mlops_actions.commands.report import comment_port
from mlops_actions.errors import TrustError
from mlops_actions.results.envelope import Source
from mlops_actions.results.verdict import Outcome
from mlops_actions.stages import gate, report
from mlops_actions.stages.report import Posted
from tests.stages.small import make_small
from tests.stages.test_gate import FLOOR, HIGH, fill

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_actions.stages.context import RunContext

MARKER = "<!-- mlops-actions small run=1 attempt=1 sha=aaaa -->"


@dataclass
class Comments:
    """A comment port that remembers."""

    answer: Posted
    bodies: list[str] = field(default_factory=list)

    def marker(self) -> str:
        return MARKER

    def post(self, body: str) -> Posted:
        self.bodies.append(body)
        return self.answer


def judged(tmp_path: Path, text: str = FLOOR) -> RunContext:
    """A context after all stages but the report, with a job summary to write to."""
    summary = tmp_path / "summary.md"
    context = make_small(tmp_path, head=text, base=text, environment={"GITHUB_STEP_SUMMARY": str(summary)})
    fill(context)
    gate.run(context)
    return context


def summary(context: RunContext) -> str:
    return (context.root.parent / "summary.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("text", "outcome"), [(FLOOR, Outcome.PASS), (HIGH, Outcome.FAIL)])
def test_report_and_page_are_written_and_the_outcome_is_the_gates(
    tmp_path: Path, text: str, outcome: Outcome
) -> None:
    context = judged(tmp_path, text)
    done = report.run(context)
    assert done.outcome is outcome
    markdown = (context.results.folder / "report.md").read_text(encoding="utf-8")
    page = (context.results.folder / "report.html").read_text(encoding="utf-8")
    for said in ("minimum 0.75 (n=1,000" if text is FLOOR else "minimum 0.9 (n=1,000", "0.8100", "ROC AUC"):
        assert said in markdown
        assert said in page
    assert page.startswith("<!doctype html>")
    assert f"<title>small: {outcome}</title>" in page
    assert done.lines == (
        str(context.results.folder / "report.md"),
        str(context.results.folder / "report.html"),
        str(context.results.folder / "model-card.md"),
    )


def test_nothing_is_posted_without_a_port_and_the_summary_is_the_report(tmp_path: Path) -> None:
    context = judged(tmp_path)
    done = report.run(context)
    assert (done.outputs["comment-action"], done.outputs["comment-url"]) == ("none", "")
    assert done.outputs["report-path"] == str(context.results.folder / "report.md")
    assert done.outputs["report-html"] == str(context.results.folder / "report.html")
    markdown = (context.results.folder / "report.md").read_text(encoding="utf-8")
    assert summary(context) == markdown + "\n"
    assert markdown.startswith("## ✅ small: pass\n")


@pytest.mark.parametrize(
    ("posted", "line"),
    [
        (Posted("created", "https://github.test/c/1"), "comment created https://github.test/c/1"),
        (Posted("failed", reason="the API did not answer"), "comment failed: the API did not answer"),
        (
            Posted("forbidden", reason="The token may not comment."),
            "comment forbidden: The token may not comment.",
        ),
    ],
)
@pytest.mark.parametrize(("text", "outcome"), [(FLOOR, Outcome.PASS), (HIGH, Outcome.FAIL)])
def test_what_became_of_the_comment_never_changes_the_verdict(
    tmp_path: Path, posted: Posted, line: str, text: str, outcome: Outcome
) -> None:
    context, comments = judged(tmp_path, text), Comments(posted)
    done = report.run(context, comments)
    assert (done.outcome, done.lines[-1]) == (outcome, line)
    assert (done.outputs["comment-action"], done.outputs["comment-url"]) == (posted.action, posted.url)
    (body,) = comments.bodies
    assert body.splitlines()[0] == MARKER
    assert body == (context.results.folder / "report.md").read_text(encoding="utf-8")
    note = "> [!NOTE]\n> No comment was written: The token may not comment. This summary is the report.\n\n"
    assert summary(context).startswith(note) is (posted.action == "forbidden")


def test_without_a_gate_the_report_is_still_written(tmp_path: Path) -> None:
    context = make_small(tmp_path)
    done = report.run(context)
    assert done.outcome is Outcome.ERROR
    assert (context.results.folder / "report.md").stat().st_size > 100


def test_a_result_that_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    context = judged(tmp_path)
    (context.results.folder / "evaluation.json").write_text("{")
    view = report.read_view(context)
    assert (view.evaluation, view.gate is not None) == (None, True)
    assert "evaluation" not in [record.role for record in view.records]
    assert report.run(context).outcome is Outcome.PASS


def test_plots_are_taken_in_pairs_and_links_are_not(tmp_path: Path) -> None:
    context = judged(tmp_path)
    plots = context.results.folder / "plots"
    plots.mkdir()
    for name in ("roc-light", "roc-dark", "lonely-light", "linked-light", "huge-light", "huge-dark"):
        (plots / f"{name}.svg").write_text(f"<svg id='{name}'/>")
    secret = tmp_path / "secret.svg"
    secret.write_text("<svg id='secret'/>")
    (plots / "linked-dark.svg").symlink_to(secret)
    (plots / "huge-dark.svg").write_bytes(b" " * (report.MAX_SVG_BYTES + 1))
    report.run(context)
    assert list(report._plots(plots)) == ["roc"]
    assert "secret" not in (context.results.folder / "report.html").read_text(encoding="utf-8")


def test_a_linked_plots_folder_is_refused(tmp_path: Path) -> None:
    context = judged(tmp_path)
    (tmp_path / "elsewhere").mkdir()
    (context.results.folder / "plots").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(TrustError, match="a symbolic link"):
        report.run(context)


ON = {"GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "org/consumer", "GITHUB_TOKEN": "t"}


@pytest.mark.parametrize(
    ("without", "source"),
    [
        ("GITHUB_ACTIONS", {"pull_request": 7}),
        ("GITHUB_TOKEN", {"pull_request": 7}),
        ("", {}),  # not a pull request
        ("", {"pull_request": 7, "head_sha": ""}),
    ],
)
def test_off_actions_without_a_token_or_a_pull_request_there_is_no_port(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, without: str, source: dict[str, object]
) -> None:
    for name, value in ON.items():
        monkeypatch.setenv(name, value)
    if without:
        monkeypatch.delenv(without)
    values = {"repository": "org/consumer", "head_sha": "a" * 40, **source}
    context = make_small(tmp_path, source=Source.model_validate(values))
    assert comment_port(context, None) is None


def test_with_all_of_them_the_comments_key_is_the_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**ON, "GITHUB_API_URL": "http://127.0.0.1:9"}.items():
        monkeypatch.setenv(name, value)
    source = Source(repository="org/consumer", head_sha="a" * 40, pull_request=7, run_id=5, run_attempt=2)
    context = make_small(tmp_path, source=source)
    port, named = comment_port(context, None), comment_port(context, "other")
    assert port is not None
    assert named is not None
    assert (port.key, port.number, port.run_id, port.attempt, named.key) == ("small", 7, 5, 2, "other")
