"""What each step's job is made of: its own limits, image, lock and protections, and a key of all of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from mlops_actions.adapters.containers.handed import HandedFolder
from mlops_actions.adapters.containers.job import Hardening, Resources, TrainingJob
from mlops_actions.adapters.containers.training_run import EnvironmentSummary, TrainingRun
from mlops_actions.results.steps import StepRun
from mlops_actions.results.training import Environment, ModelRun
from mlops_actions.results.verdict import Outcome
from mlops_actions.stages.image_trust import image_warnings
from mlops_actions.stages.step_jobs import step_job, step_key, within
from mlops_actions.stages.train_steps import StepsExecutor
from mlops_actions.stages.training_jobs import image_name, serving_job, training_job
from tests.stages.stepped import stepped

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mlops_actions.stages.context import RunContext

LAST = "{id: train, command: [python3, train.py], inputs: [features, counts]}"
GIGA = 2**30


def jobs(
    tmp_path: Path, chosen: str = "docker", edit: Mapping[str, str] | None = None
) -> tuple[RunContext, TrainingJob, dict[str, TrainingJob]]:
    """The context, the whole training, and the jobs of its steps."""
    context = stepped(tmp_path, edit=edit)
    train = context.config.train
    assert train is not None
    whole = training_job(context, context.config, "candidate", context.root, 7, chosen)
    made = {step.id: step_job(context, context.config, step, whole, tmp_path) for step in train.steps}
    return context, whole, made


def test_each_step_has_its_own_image_limits_and_channels(tmp_path: Path) -> None:
    context, whole, made = jobs(tmp_path)
    name = image_name(context)
    builds = {step: job.build for step, job in made.items()}
    assert {step: build and (build.context, build.tag) for step, build in builds.items()} == {
        "ingest": (".", f"{name}:candidate"),
        "features": ("features", f"{name}:candidate.features"),
        "train": (".", f"{name}:candidate"),
    }
    assert {step: set(job.channels) for step, job in made.items()} == {
        "ingest": {"train"},
        "features": set(),
        "train": set(),
    }
    assert {step: job.hands_over for step, job in made.items()} == {
        "ingest": ("raw",),
        "features": ("features", "counts"),
        "train": None,
    }
    assert made["features"].resources.memory_bytes == 128 * 2**20
    assert made["ingest"].resources == whole.resources
    assert (made["train"].output, made["ingest"].output) == (whole.output, tmp_path / "ingest")
    assert {job.seed for job in made.values()} == {7}
    assert {job.withheld for job in made.values()} == {whole.withheld} != {()}


def test_a_process_has_its_own_command_and_lock(tmp_path: Path) -> None:
    own = "process: {command: [python3, features/features.py], requirements: features/lock.txt}"
    _, whole, made = jobs(tmp_path, "process", {"process: {command: [python3, features/features.py]}": own})
    assert made["ingest"].command == ("python3", "ingest.py")
    assert made["features"].command == ("python3", "features/features.py")
    assert made["ingest"].requirements == whole.requirements == whole.source / "requirements.txt"
    assert made["features"].requirements == whole.source / "features/lock.txt"
    assert {(job.build, job.image) for job in made.values()} == {(None, None)}


def test_build_secrets_are_the_shared_container_s_alone(tmp_path: Path) -> None:
    edit = {"container: {build: .}": "container: {build: ., secrets: {token: TOKEN}}"}
    _, _, made = jobs(tmp_path, edit=edit)
    secrets = {step: dict(job.build.secrets) for step, job in made.items() if job.build is not None}
    assert secrets == {"ingest": {"token": "TOKEN"}, "features": {}, "train": {"token": "TOKEN"}}


def test_the_server_is_the_last_step_s(tmp_path: Path) -> None:
    own = f"{LAST[:-1]}, process: {{requirements: last.txt}}, hardening: {{writable_root: true}}}}"
    context, _, _ = jobs(tmp_path, edit={LAST: own})
    run = ModelRun(
        role="candidate",
        outcome=Outcome.PASS,
        executor="docker",
        model_path="m",
        environment=Environment(image_digest="sha256:last"),
    )
    server = serving_job(context, context.config, run, context.root)
    assert (server.image, server.hardening) == ("sha256:last", Hardening(writable_root=True))
    process = run.model_copy(update={"executor": "process"})
    served = serving_job(context, context.config, process, context.root)
    assert served.requirements == context.root / "last.txt"
    assert served.command == ("python3", "serve.py")


@pytest.mark.parametrize("kept", [True, False])
def test_the_server_has_no_network_that_the_last_step_lost(tmp_path: Path, *, kept: bool) -> None:
    own = f"{LAST[:-1]}, hardening: {{network: true}}}}"
    context, _, _ = jobs(tmp_path, edit={LAST: own})
    opt_outs = ("network",) if kept else ()
    last = StepRun(id="train", outcome=Outcome.PASS, opt_outs=opt_outs)
    run = ModelRun(role="candidate", outcome=Outcome.PASS, executor="docker", model_path="m", steps=(last,))
    assert serving_job(context, context.config, run, context.root).hardening.network is kept


def test_every_dockerfile_s_base_image_is_looked_at(tmp_path: Path) -> None:
    context, _, _ = jobs(tmp_path)
    for folder in (".", "features"):
        (context.root / folder / "Dockerfile").write_text("FROM python:3.12-slim\n")
    warnings = image_warnings(context)
    assert [each.partition(":")[0] for each in warnings] == ["Dockerfile", "features/Dockerfile"]


@pytest.mark.parametrize("chosen", ["docker", "process"])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("ingest.py]", "other.py]"),
        ("inputs: [features, counts]", "inputs: [counts, features, raw]"),
        ("memory: 128MiB", "memory: 127MiB"),
        ("[features, counts]\n", "[features, counts]\n      hardening: {network: true}\n"),
    ],
)
def test_other_steps_are_another_training(tmp_path: Path, chosen: str, old: str, new: str) -> None:
    """Whoever knows the whole job alone tells them apart by its command."""
    commands = []
    for name, edit in (("one", None), ("same", None), ("other", {old: new})):
        (tmp_path / name).mkdir()
        commands.append(jobs(tmp_path / name, chosen, edit)[1].command)
    assert commands[0] == commands[1] != commands[2]


class Images:
    """Makes an image per build, and says which."""

    def __init__(self, version: str = "1") -> None:
        self.version, self.built = version, [""]

    def prepare(self, job: TrainingJob, on_log: object = None) -> str:
        del on_log
        assert job.build is not None
        self.built.append(job.build.context)
        return f"sha256:{job.build.context}-{self.version if job.build.context == 'features' else 0}"

    def train(self, job: TrainingJob, on_log: object = None) -> TrainingRun:
        raise AssertionError(job, on_log)


def test_one_digest_is_of_all_images_and_each_is_built_once(tmp_path: Path) -> None:
    context, whole, _ = jobs(tmp_path)
    first, same, other = Images(), Images(), Images("2")
    made = [
        StepsExecutor(context, context.config, "candidate", each).prepare(whole)
        for each in (first, same, other)
    ]
    assert made[0] == made[1] != made[2]
    assert first.built == ["", ".", "features"]


DONE = TrainingRun(
    executor="docker",
    contained=True,
    reason="completed",
    sentence="",
    exit_code=0,
    duration_seconds=1,
    model_dir=None,  # type: ignore[arg-type]  # not read
    image_digest="sha256:a",
)


@pytest.mark.parametrize(
    "change",
    [
        {"command": ("other",)},
        {"hyperparameters": {"C": "2"}},
        {"seed": 8},
        {"hands_over": ("more",)},
        {"hardening": Hardening(network=True)},
        {"resources": Resources(cpus=2)},
        {"image": "sha256:b"},
        {"lock": "1"},
        {"source": "other"},
        {"inputs": {"raw": "sha256:2"}},
    ],
)
def test_the_key_is_of_all_that_a_step_reads(tmp_path: Path, change: dict[str, Any]) -> None:
    job = TrainingJob(source=tmp_path, output=tmp_path, channels={}, hyperparameters={"C": "1"}, seed=7)
    before = step_key(job, DONE, {"raw": "sha256:1"}, "")
    assert before == step_key(replace(job, output=tmp_path / "x"), DONE, {"raw": "sha256:1"}, "")
    outside = {"image", "lock", "source", "inputs"}
    other = replace(job, **{name: value for name, value in change.items() if name not in outside})
    done = replace(DONE, image_digest=change.get("image", "sha256:a"))
    done = replace(done, environment=EnvironmentSummary(lock_sha256=change.get("lock", "")))
    inputs = change.get("inputs", {"raw": "sha256:1"})
    assert step_key(other, done, inputs, change.get("source", "")) != before


@pytest.mark.parametrize(
    ("own", "spent", "kept", "left", "lowered", "nothing"),
    [
        ((10, 100), 0, 0, (10, 100), (), ""),
        ((10, 100), 55, 0, (5, 100), ("timeout",), ""),
        ((10, 100), 50, 0, (10, 100), (), ""),
        ((10, 100), 0, 950, (10, 50), ("disk",), ""),
        ((10, 100), 60, 0, None, ("timeout",), "timeout"),
        ((10, 100), 0, 1000, None, ("disk",), "disk"),
    ],
)
def test_what_the_steps_before_left(
    tmp_path: Path,
    own: tuple[float, int],
    spent: float,
    kept: int,
    left: tuple[float, int] | None,
    lowered: tuple[str, ...],
    nothing: str,
) -> None:
    ceiling = Resources(timeout_seconds=60, disk_bytes=1000)
    limits = Resources(timeout_seconds=own[0], disk_bytes=own[1])
    job = TrainingJob(source=tmp_path, output=tmp_path, channels={}, resources=limits)
    folders = {"raw": HandedFolder("raw", tmp_path, "sha256:1", 1, kept)}
    found, said, gone = within(job, ceiling, spent, folders)
    assert (said, gone) == (lowered, nothing)
    if left is not None:
        assert (found.resources.timeout_seconds, found.resources.disk_bytes) == left
