"""A pull request that rewrites what judges it: the base commit's values judge, or it is refused; it shows.

Whole runs on real repositories; the predictions are made elsewhere, so nothing is trained.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mlops_actions.errors import TrustError
from mlops_actions.results.verdict import Outcome
from mlops_actions.stages.training_jobs import training_job
from tests.stages.small_repository import (
    CONFIG,
    SCHEMA,
    Judged,
    as_event,
    make_repository,
    open_pull_request,
    predictions,
    project,
    rows,
    run_everything,
    session,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mlops_actions.stages.context import RunContext

    Files = Mapping[str, str | Path | None]
    Proposal = Callable[..., RunContext]

WORSE = predictions(24)  # 20 % are wrong: the base's rule asks for 0.9
FAILS = "accuracy 0.8000 < minimum 0.9 (n=120"


@pytest.fixture
def propose(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Proposal:
    """A pull request's run, opened on its merge commit."""

    def made(files: Files, base: Files | None = None) -> RunContext:
        repository = make_repository(tmp_path / "here", base)
        pull = open_pull_request(repository, files)
        as_event(monkeypatch, tmp_path, "pull_request", pull.payload)
        return session(repository)

    return made


def shown(judged: Judged, key: str, *values: str) -> bool:
    """Whether the report's warning names the changed part and both values, as it escapes them."""
    start = judged.report.index("of what judges it")
    warning = judged.report[start : judged.report.index("\n\n", start + 200)]
    plain = warning.replace("\\", "").replace("\u200b", "").replace("`", "")
    return all(value in plain for value in (key, *values))


def test_an_honest_pull_request_passes(propose: Proposal) -> None:
    judged = run_everything(propose({"predictions.csv": predictions(5)}))
    assert (judged.code, judged.gate.outcome) == (0, Outcome.PASS)
    assert judged.changes == {}
    assert "of what judges it" not in judged.report


def test_loosened_rules(propose: Proposal) -> None:
    loose = CONFIG.replace("minimum: 0.9", "minimum: 0.1").replace("    - {kpi: money, minimum: 3}\n", "")
    judged = run_everything(propose({"mlops.yaml": loose, "predictions.csv": WORSE}))
    assert (judged.code, judged.gate.outcome) == (1, Outcome.FAIL)
    assert judged.rule("accuracy").startswith(FAILS)
    assert judged.rule("money").startswith("money ")
    assert judged.gate.head_preview[0].sentence.startswith("accuracy 0.8000 >= minimum 0.1")
    assert set(judged.changes) == {"gate.rules[0]", "gate.rules[1]"}
    assert shown(judged, "gate.rules[0]", '"minimum": 0.9', '"minimum": 0.1')
    assert judged.report.startswith("## ❌ small: fail")


def test_a_rewritten_kpi(propose: Proposal) -> None:
    rich = CONFIG.replace("THEN 10 ELSE 0", "THEN 10 ELSE 999")
    nobody = "row_id,score\n" + "".join(f"{row},0.1\n" for row in range(120))
    judged = run_everything(propose({"mlops.yaml": rich, "predictions.csv": nobody}))
    assert judged.code == 1
    assert judged.rule("money").startswith("money 0.0 < minimum 3")
    assert shown(judged, "business.kpis[0].row_value", "ELSE 0 END", "ELSE 999 END")


def test_a_swapped_evaluation_file(propose: Proposal) -> None:
    """The same path with labels turned round, and predictions that fit those."""
    judged = run_everything(
        propose({"evaluation.csv": rows(flip=True), "predictions.csv": predictions(0, flip=True)})
    )
    assert judged.code == 1
    assert judged.rule("accuracy").startswith("accuracy 0.0 < minimum 0.9")
    before, after = judged.changes["data.evaluation"]
    assert before != after
    assert shown(judged, "data.evaluation", before, after)


def test_a_swapped_evaluation_file_that_archives_leave_out(propose: Proposal) -> None:
    """`git archive` obeys export-ignore: the base commit's rows must not go missing by it."""
    base = project(**{".gitattributes": "evaluation.csv export-ignore\n"})
    files = {"evaluation.csv": rows(flip=True), "predictions.csv": predictions(0, flip=True)}
    judged = run_everything(propose(files, base))
    assert judged.rule("accuracy").startswith("accuracy 0.0 < minimum 0.9")
    assert shown(judged, "data.evaluation", *judged.changes["data.evaluation"])


def test_another_evaluation_path(propose: Proposal) -> None:
    moved = CONFIG.replace("evaluation: evaluation.csv", "evaluation: easy.csv")
    files = {"mlops.yaml": moved, "easy.csv": rows(flip=True), "predictions.csv": predictions(0, flip=True)}
    judged = run_everything(propose(files))
    assert judged.rule("accuracy").startswith("accuracy 0.0 < minimum 0.9")
    assert judged.changes == {"data.evaluation": ("evaluation.csv", "easy.csv")}
    assert shown(judged, "data.evaluation", "evaluation.csv → easy.csv")


def test_an_evaluation_file_that_the_base_names_and_a_step_fetches(propose: Proposal) -> None:
    """Not in git at the base commit; a pull request that commits one would bring its own answers."""
    base = project()
    del base["evaluation.csv"]
    with pytest.raises(TrustError, match="a pull request cannot bring what judges it") as caught:
        propose({"evaluation.csv": rows(flip=True)}, base)
    assert caught.value.exit_code == 11


def test_a_laxer_schema(propose: Proposal) -> None:
    """Negative amounts in the training rows, and a schema that would allow them."""
    bad = rows(1000).replace("1000,", "1000,-5,1\n9999,", 1)
    files = {"schema.yaml": SCHEMA.replace("minimum: 0", "minimum: -9"), "train.csv": bad}
    judged = run_everything(propose(files))
    assert judged.code == 1
    (red,) = [rule.sentence for rule in judged.gate.rules if rule.kind == "stage"]
    assert red.startswith("validate: ")
    assert "amount" in red
    assert shown(judged, "data.schema", *judged.changes["data.schema"])


def test_more_than_one_change_is_counted(propose: Proposal) -> None:
    files = {"mlops.yaml": CONFIG.replace("title: Money", "title: Gold"), "schema.yaml": SCHEMA + "\n"}
    judged = run_everything(propose(files))
    assert list(judged.changes) == ["business.kpis[0].title", "data.schema"]
    assert "changes 2 parts of what judges it" in judged.report


@pytest.mark.parametrize(
    "planted",
    [
        {".mlops/results/gate.json": "{}"},
        {".mlops/other": "anything"},
        {".mlops": Path("elsewhere")},
        {".mlops/results": Path("../elsewhere")},
    ],
)
def test_pre_seeded_results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, planted: Files) -> None:
    """Neither at the start of a run nor by a stage on its own (`mlops gate` of a job that checked out)."""
    repository = make_repository(tmp_path / "here")
    pull = open_pull_request(repository, planted)
    as_event(monkeypatch, tmp_path, "pull_request", pull.payload)
    for fresh in (True, False):
        with pytest.raises(
            TrustError, match=r"tracked by git \(1 such files\); only the toolkit writes there"
        ):
            session(repository, fresh=fresh)


def test_a_results_folder_of_another_name_cannot_be_pre_seeded_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mlops_actions.commands.session import open_session

    repository = make_repository(tmp_path / "here")
    pull = open_pull_request(repository, {"out/gate.json": "{}"})
    as_event(monkeypatch, tmp_path, "pull_request", pull.payload)
    with pytest.raises(TrustError, match=r"out/gate.json: tracked by git"):
        open_session(str(repository.folder / "mlops.yaml"), "out")


TRAINED = CONFIG.replace(
    "predictions: {candidate: predictions.csv}\n", "train:\n  process: {}\n  hyperparameters: {C: 1}\n"
)
OPTED = TRAINED.replace(
    "  process: {}\n",
    "  process: {}\n  allow_uncontained: true\n  executor: process\n"
    "  hardening: {network: true, root_user: true}\n  resources: {memory: 512GiB, timeout: 9d}\n",
)


@pytest.mark.parametrize("base", [TRAINED, CONFIG], ids=["trained", "brought"])
def test_opt_outs_of_the_container(propose: Proposal, base: str) -> None:
    context = propose({"mlops.yaml": OPTED}, project(**{"mlops.yaml": base}))
    job = training_job(context, context.config, "candidate", context.root, 0, "docker")
    assert (job.hardening.network, job.hardening.root_user) == (False, False)
    assert (job.resources.memory_bytes, job.resources.timeout_seconds) == (2 * 2**30, 1200.0)
    judged = run_everything(context)
    assert judged.code == TrustError.exit_code == 11
    assert judged.gate.outcome is Outcome.FAIL
    assert judged.rule("train").startswith("train: Refused: ")
    assert judged.changes["train.allow_uncontained"] == ("false", "true")
    assert judged.changes["train.hardening.network"] == ("false", "true")
    assert judged.changes["train.executor"] == ("auto", "process")
    assert shown(judged, "train.allow_uncontained", "false → true")


def test_predictions_in_the_place_of_training(propose: Proposal) -> None:
    """Perfect predictions are easy to forge where labels are public: what the base trains is trained."""
    context = propose(
        {"predictions.csv": predictions(0), "mlops.yaml": CONFIG}, project(**{"mlops.yaml": TRAINED})
    )
    assert context.config.predictions is None
    assert context.config.train is not None
    changes = {change.key: (change.base, change.head) for change in context.policy.changes}
    assert changes["predictions"] == ("nothing", '{"candidate": "predictions.csv"}')
    assert changes["train"][1] == "nothing"


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("evaluation.csv", "/etc/hostname"),
        ("evaluation.csv", "evaluation.csv"),
        ("train.csv", "../outside.csv"),
        ("schema.yaml", "/etc/hostname"),
        ("predictions.csv", "../../outside.csv"),
    ],
)
def test_a_link_out_of_the_repository(propose: Proposal, name: str, target: str) -> None:
    files: Files = {name: Path(target)}
    what = "in a circle" if name == target else "out of the repository"
    with pytest.raises(TrustError, match=f"{name} is a symbolic link {what}") as caught:
        propose(files)
    assert caught.value.exit_code == 11


def test_a_linked_folder_above_a_file(propose: Proposal, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "train.csv").write_text(rows())
    text = CONFIG.replace("train: train.csv", "train: data/train.csv")
    base = project(**{"mlops.yaml": text, "data/train.csv": rows(1000)})
    with pytest.raises(TrustError, match=r"data.train: data/train.csv is a symbolic link out"):
        propose({"data/train.csv": None, "data": Path("../outside")}, base)


def test_a_link_in_the_place_of_the_evaluation_file(propose: Proposal) -> None:
    """Inside the repository: the base commit's plain file judges, and the link is shown."""
    files: Files = {
        "easy.csv": rows(flip=True),
        "evaluation.csv": Path("easy.csv"),
        "predictions.csv": predictions(0, flip=True),
    }
    judged = run_everything(propose(files))
    assert judged.rule("accuracy").startswith("accuracy 0.0 < minimum 0.9")
    assert judged.changes["data.evaluation"][1].startswith("a symbolic link (sha256 ")
    assert shown(judged, "data.evaluation", "a symbolic link")


def test_a_linked_configuration(propose: Proposal) -> None:
    """After the merge the base commit's mlops.yaml would be no configuration, and every run a preview."""
    with pytest.raises(TrustError, match=r"mlops.yaml: a symbolic link"):
        propose({"real.yaml": CONFIG, "mlops.yaml": Path("real.yaml")})


def test_a_path_out_of_the_repository(propose: Proposal) -> None:
    with pytest.raises(TrustError, match=r"data.evaluation: '../easy.csv' leaves the repository") as caught:
        propose({"mlops.yaml": CONFIG.replace("evaluation: evaluation.csv", "evaluation: ../easy.csv")})
    assert caught.value.exit_code == 11


def test_the_first_pull_request_is_a_preview_and_never_blocks(propose: Proposal) -> None:
    judged = run_everything(propose(project(**{"predictions.csv": WORSE}), {"README.md": "no project yet"}))
    assert (judged.code, judged.gate.outcome, judged.gate.preview) == (0, Outcome.WARN, True)
    assert judged.rule("accuracy").startswith(FAILS)
    assert judged.gate.rules[0].outcome is Outcome.FAIL
    assert judged.report.startswith("## ⚠️ small: preview")
    assert "The base commit has no mlops.yaml: this run is a preview and never blocks." in judged.report


def test_the_program_s_exit_code_of_a_refusal_is_11(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository = make_repository(tmp_path / "here")
    pull = open_pull_request(repository, {".mlops/results/gate.json": "{}"})
    as_event(monkeypatch, tmp_path, "pull_request", pull.payload)
    program = Path(sys.executable).with_name("mlops")
    done = subprocess.run(
        [program, "gate"], cwd=repository.folder, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 11
    assert "Refused (exit code 11)" in done.stderr
    assert "::error title=Refused::.mlops/results/gate.json: tracked by git" in done.stdout
