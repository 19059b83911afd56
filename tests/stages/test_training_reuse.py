"""What is unchanged is taken from an earlier run; whatever a training reads changes its key."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from mlops_actions.adapters.containers.process.executor import ProcessExecutor
from mlops_actions.config.parse import parse
from mlops_actions.results.evaluation import EvaluationResult
from mlops_actions.stages import evaluate, report, validate
from mlops_actions.stages.containers import ContainerPort
from mlops_actions.stages.context import Policy
from mlops_actions.stages.training_jobs import training_job
from mlops_actions.stages.training_reuse import Reuse
from tests.stages.trained_small import evaluated, make_trained, text, trained
from tests.stages.world import Said

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mlops_actions.stages.context import RunContext


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def kept(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    monkeypatch.setenv("MLOPS_MODEL_CACHE", str(tmp_path / "kept"))
    return tmp_path / "kept"


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The roles that are really trained, in order."""
    seen: list[str] = []
    real = ProcessExecutor.train

    def train(self: ProcessExecutor, job: Any, on_log: Any = None) -> Any:
        seen.append(job.labels["mlops-actions.role"])
        return real(self, job, on_log)

    monkeypatch.setattr(ProcessExecutor, "train", train)
    return seen


def no_server(*_: object) -> object:
    message = "nothing is served"
    raise AssertionError(message)


def test_an_unchanged_run_trains_and_serves_nothing(
    tmp_path: Path, kept: Path, jobs: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    context = make_trained(tmp_path, text("fit", reproduce=3), base=True)
    validate.run(context)
    first = trained(context)
    figures = evaluated(context)
    assert jobs == ["candidate", "candidate_again", "perturbed", "baseline"]
    assert kept.stat().st_mode & 0o777 == 0o700
    assert (figures.reused, {run.reused for run in first.values()}) == (None, {None})
    monkeypatch.setattr(ContainerPort, "serve", no_server)
    second = trained(context)
    again = evaluated(context)
    assert len(jobs) == 4
    for role, run in second.items():
        assert run.reused is not None
        assert run.reused.sentence.startswith("unchanged, reused from aaaaaaaaaaaa of 2026-03-01 12:0")
        assert (run.key, run.model_digest) == (first[role].key, first[role].model_digest)
        assert (context.results.folder / run.model_path / "model.json").is_file()
    assert len({run.key for run in second.values()}) == 3  # the baseline's is the candidate's, kept apart
    assert again.reused is not None
    assert again.model_copy(update={"reused": None}) == figures
    for name in ("predictions.parquet", "predictions-baseline.parquet", "plots"):
        assert (context.results.folder / name).exists()
    report.run(context)
    said = (context.results.folder / "report.md").read_text()
    assert (
        "candidate, candidate again, baseline, evaluation: unchanged, reused from `aaaaaaaaaaaa` of" in said
    )


def edit(name: str, old: str, new: str) -> Callable[[Path], None]:
    def edited(root: Path) -> None:
        content = (root / name).read_text()
        assert old in content
        (root / name).write_text(content.replace(old, new))

    return edited


def executable(root: Path) -> None:
    (root / "train.py").chmod(0o755)


def link(root: Path) -> None:
    (root / "other.py").symlink_to("train.py")


CHANGES: dict[str, Callable[[Path], object] | dict[str, Any]] = {
    "code": edit("train.py", "how ==", "how  =="),
    "a file beside it": lambda root: (root / "notes.txt").write_text("read me"),
    "mode": executable,
    "link": link,
    "data": edit("data/train.csv", "C0000,f", "C0000,m"),
    "lock": lambda root: (root / "requirements.txt").write_text("# none\n"),
    "extra channel": edit("channel/more.txt", "1", "2"),
    "hyperparameter": {"hyperparameters": {"how": "fit", "depth": 2}},
    "seed": {"seed": 8},
    "memory": {"resources": {"memory": 2**30}},
    "threads": {"resources": {"cpus": 2}},
    "command": {"process": {"command": ["python", "-B", "train.py"], "serve": ["python", "serve.py"]}},
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_it_reads_makes_another_training(tmp_path: Path, change: str) -> None:
    context = make_trained(tmp_path, text("fit", reproduce=1, more="  channels: {more: channel}\n"))
    (context.root / "channel").mkdir()
    (context.root / "channel" / "more.txt").write_text("1")
    (context.root / "requirements.txt").write_text("")
    first = key_of(context)
    assert first == key_of(context) != ""
    made = CHANGES[change]
    if isinstance(made, dict):
        context = configured(context, made)
    else:
        made(context.root)
    assert key_of(context) not in {first, ""}


def key_of(context: RunContext) -> str:
    train = context.config.train
    assert train is not None
    job = training_job(context, context.config, "candidate", context.root, train.seed, "process")
    return Reuse(context, "process").key(job, "an environment")


def test_changed_code_is_trained_and_kept_beside(tmp_path: Path, kept: Path, jobs: list[str]) -> None:
    context = make_trained(tmp_path, text("fit", reproduce=1))
    first = trained(context)["candidate"]
    edit("train.py", "how ==", "how  ==")(context.root)
    second = trained(context)["candidate"]
    assert (second.reused, len(jobs)) == (None, 2)
    assert first.key != second.key
    assert trained(context)["candidate"].reused is not None
    assert sum(1 for _ in kept.glob("models-candidate/*")) == 2


def configured(context: RunContext, train: dict[str, Any]) -> RunContext:
    config = parse((context.root / "mlops.yaml").read_text(), "mlops.yaml").model_dump(
        mode="json", by_alias=True
    )
    for name, value in train.items():
        old = config["train"][name]
        config["train"][name] = {**old, **value} if isinstance(old, dict) else value
    made = parse(json.dumps(config), "mlops.yaml")
    return replace(context, policy=Policy(made, made, None))


def test_what_no_training_sees_leaves_it_unchanged(tmp_path: Path, kept: Path, jobs: list[str]) -> None:
    context = make_trained(tmp_path, text("fit", reproduce=1, more='  ignore: [README.md, docs, "*.png"]\n'))
    first = trained(context)["candidate"]
    (context.root / "README.md").write_text("words")
    (context.root / "docs").mkdir()
    (context.root / "docs" / "page.md").write_text("words")
    (context.root / "data" / "evaluation.parquet").write_bytes(b"others")  # never seen by a training
    second = trained(context)["candidate"]
    assert jobs == ["candidate"]
    assert second.reused is not None
    assert first.source_sha256 == second.source_sha256 != ""
    assert kept.is_dir()


def spoil_model(entry: Path) -> None:
    (entry / "files" / "model" / "model.json").write_text("{}")


def spoil_record(entry: Path) -> None:
    record = json.loads((entry / "record.json").read_text())
    record["content"]["run"]["metrics"] = {"accuracy": 1.0}
    (entry / "record.json").write_text(json.dumps(record))


def add_file(entry: Path) -> None:
    (entry / "files" / "model" / "sitecustomize.py").write_text("")


def add_link(entry: Path) -> None:
    (entry / "files" / "model" / "more").symlink_to("/etc/passwd")


def remove_record(entry: Path) -> None:
    (entry / "record.json").unlink()


@pytest.mark.parametrize("spoil", [spoil_model, spoil_record, add_file, add_link, remove_record])
def test_a_damaged_entry_is_noticed_and_trained_anew(
    tmp_path: Path, kept: Path, jobs: list[str], spoil: Callable[[Path], None]
) -> None:
    context = make_trained(tmp_path, text("fit", reproduce=1))
    first = trained(context)["candidate"]
    (entry,) = kept.glob("models-candidate/*")
    spoil(entry)
    second = trained(context)["candidate"]
    assert (len(jobs), second.reused) == (2, None)
    assert isinstance(context.progress, Said)
    assert any(
        "train candidate anew: what an earlier run kept is damaged" in each for each in context.progress.steps
    )
    assert second.model_digest == first.model_digest
    assert trained(context)["candidate"].reused is not None


def test_an_entry_of_another_key_or_role_is_refused(tmp_path: Path, kept: Path, jobs: list[str]) -> None:
    """A whole, sealed entry in the place of another: what a planted model would be."""
    context = make_trained(tmp_path, text("fit", reproduce=1))
    trained(context)
    (entry,) = kept.glob("models-candidate/*")
    (context.root / "train.py").write_text((context.root / "train.py").read_text() + "\n")
    port = ContainerPort("process")
    wanted = trained(context, port)["candidate"].key
    (kept / "models-candidate" / wanted / "record.json").write_bytes((entry / "record.json").read_bytes())
    assert trained(context)["candidate"].reused is None
    assert len(jobs) == 3


def test_a_candidate_s_entry_never_stands_for_the_baseline(
    tmp_path: Path, kept: Path, jobs: list[str]
) -> None:
    alone = make_trained(tmp_path / "first", text("fit", reproduce=1))
    trained(alone)
    both = make_trained(tmp_path / "second", text("fit", reproduce=1), base=True)
    runs = trained(both)
    assert runs["candidate"].reused is not None
    assert runs["baseline"].reused is None
    assert jobs == ["candidate", "baseline"]
    assert (kept / "models-baseline").is_dir()


@pytest.mark.parametrize("how", ["--no-reuse", "off"])
def test_reuse_can_be_declined(
    tmp_path: Path, kept: Path, jobs: list[str], monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    context = make_trained(tmp_path, text("fit", reproduce=1))
    trained(context)
    if how == "off":
        monkeypatch.setenv("MLOPS_MODEL_CACHE", "off")
    port = ContainerPort("process", reuse=how == "off")
    assert trained(context, port)["candidate"].reused is None
    assert evaluated(context, port).reused is None
    assert len(jobs) == 2
    assert kept.is_dir()


def test_uncontained_code_of_a_pull_request_has_no_store(tmp_path: Path, kept: Path) -> None:
    context = make_trained(tmp_path, text("fit"), pull_request_event=True)
    store = Reuse(context, "process").store
    assert store == "code of a pull request that is not contained could have written them"
    assert not isinstance(Reuse(context, "docker").store, str)
    assert kept.is_dir()


def test_other_rows_or_rules_are_another_evaluation(
    tmp_path: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = make_trained(tmp_path, text("fit", reproduce=1))
    trained(context)
    evaluated(context)
    (context.root / "mlops" / "notes.txt").write_text("a file of the repository that a server sees")
    other = configured(context, {})
    stricter = other.config.model_copy(
        update={"evaluate": other.config.evaluate.model_copy(update={"resamples": 100})}
    )
    changed = replace(other, policy=Policy(stricter, stricter, None))
    trained(changed)
    assert evaluated(changed).reused is None
    monkeypatch.setattr(ContainerPort, "serve", no_server)
    assert evaluated(changed).reused is not None
    (entry,) = [each for each in kept.glob("evaluations/*") if "100" in (each / "record.json").read_text()][
        :1
    ]
    (entry / "files" / "predictions.parquet").write_bytes(b"other")
    for each in kept.glob("evaluations/*"):
        (each / "files" / "predictions.parquet").write_bytes(b"other")
    with pytest.raises(AssertionError, match="nothing is served"):
        evaluate.run(changed, ContainerPort("process"))
    assert changed.results.read("evaluation", EvaluationResult)


@pytest.mark.usefixtures("kept")
def test_it_is_told_which_folder_no_training_sees_because_results_lie_there(tmp_path: Path) -> None:
    context = replace(make_trained(tmp_path, text("fit")), progress=(said := Said()))
    trained(context)
    assert not [step for step in said.steps if "no training sees" in step]
    shutil.copytree(context.results.folder, context.root / "config")
    trained(context)
    told = [step for step in said.steps if "no training sees" in step]
    assert told == ["no training sees config: results of earlier runs lie there"]
