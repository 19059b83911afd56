"""One training in several steps: each in its own container, one after another, passing folders on."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from mlops_actions.adapters.containers import staging
from mlops_actions.adapters.containers.exclusion import Exclusion, visible
from mlops_actions.adapters.containers.handed import check_unchanged
from mlops_actions.adapters.containers.model_folder import digest_of_files
from mlops_actions.adapters.containers.training_run import TrainingRun
from mlops_actions.config.steps_graph import ordered
from mlops_actions.errors import MlopsError
from mlops_actions.results.steps import StepRun
from mlops_actions.results.training import TITLES
from mlops_actions.results.verdict import Outcome
from mlops_actions.stages.step_jobs import step_job, step_key, steps_digest, within
from mlops_actions.stages.training_jobs import train_config

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from mlops_actions.adapters.containers.handed import HandedFolder
    from mlops_actions.adapters.containers.job import TrainingJob
    from mlops_actions.config.model import Config
    from mlops_actions.config.steps import StepConfig
    from mlops_actions.results.training import Role
    from mlops_actions.stages.context import RunContext

LEFT = "what the steps before it left of train.resources"


class StepExecutor(Protocol):
    """Runs one job after another (adapters/containers)."""

    def train(self, job: TrainingJob, on_log: Callable[[str], None] | None = None) -> TrainingRun:
        """Run one job to its end."""

    def prepare(self, job: TrainingJob, on_log: Callable[[str], None] | None = None) -> object:
        """Make what it runs in: the id of its image, or the folder of its environment."""


@dataclass(frozen=True)
class StepsExecutor:
    """The executor of a training in several steps, behind the port of one; `executor` runs each step."""

    context: RunContext
    config: Config  # of the role that is trained
    role: Role
    executor: StepExecutor
    made: dict[object, object] = field(default_factory=dict)  # images and environments so far

    def train(self, job: TrainingJob, on_log: Callable[[str], None] | None = None) -> TrainingRun:
        """Every step in order; what is handed over is removed at the end, the last step's model is kept.

        Images and environments are made before the first step starts. A failed step ends the training, and
        those after it are not run.
        """
        for name in ("model", "output", "steps"):  # of an earlier run
            staging.empty_folder(job.output / name)
        with staging.scratch_folder(self.context.work) as folder:
            pipeline = _Pipeline(self.context, self.role, job, self.executor, on_log, self.made)
            jobs = pipeline.prepare(self._jobs(job, folder))
            for step, each in jobs:
                pipeline.run(step, each, [step for step, _ in jobs])
            return pipeline.whole_run()

    def prepare(self, job: TrainingJob, on_log: Callable[[str], None] | None = None) -> object:
        """Make what every step runs in: one digest of all images, or the last step's environment."""
        pipeline = _Pipeline(self.context, self.role, job, self.executor, on_log, self.made)
        jobs = pipeline.prepare(self._jobs(job, self.context.work))
        images = {step.id: each.image for step, each in jobs if each.image is not None}
        return steps_digest(images) if images else self.made[_runs_in(jobs[-1][1])]

    def _jobs(self, job: TrainingJob, folder: Path) -> list[tuple[StepConfig, TrainingJob]]:
        steps = ordered(train_config(self.config).steps)
        return [(step, step_job(self.context, self.config, step, job, folder)) for step in steps]


@dataclass
class _Pipeline:
    """What has been run so far, and the folders that are still to be read."""

    context: RunContext
    role: Role
    whole: TrainingJob
    executor: StepExecutor
    on_log: Callable[[str], None] | None
    made: dict[object, object]
    records: list[StepRun] = field(default_factory=list)
    runs: list[tuple[StepConfig, TrainingRun]] = field(default_factory=list)
    folders: dict[str, HandedFolder] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)  # of channels, and of the code

    def prepare(self, jobs: Sequence[tuple[StepConfig, TrainingJob]]) -> list[tuple[StepConfig, TrainingJob]]:
        """Build each image once, so that a later step's cannot fail after an hour of an earlier one."""
        ready = []
        for step, job in jobs:
            key = _runs_in(job)
            if key not in self.made:
                with of_step(step):
                    where = replace(job, output=self.whole.output / "steps" / step.id)
                    self.made[key] = self.executor.prepare(where, self.on_log)
            image = self.made[key]
            ready.append((step, replace(job, build=None, image=image) if isinstance(image, str) else job))
        return ready

    def run(self, step: StepConfig, job: TrainingJob, steps: Sequence[StepConfig]) -> None:
        """Run one step, unless one before it failed."""
        failed = next((each.id for each in self.records if each.outcome is not Outcome.PASS), None)
        if failed is not None:
            sentence = f"not run: {failed} failed"
            record = StepRun(id=step.id, outcome=Outcome.SKIPPED, reason="not_run", sentence=sentence)
            self.records.append(record)
            return
        at = len(self.records) + 1
        self.context.progress.step(f"train {TITLES[self.role]}, step {at} of {len(steps)}: {step.id}")
        handed = tuple(self.folders[name] for name in step.inputs if name in self.folders)
        with of_step(step):
            done = self._done(replace(job, handed=handed))
            self.runs.append((step, done))
            self.records.append(self._record(step, replace(job, handed=handed), done))
        self.folders |= {each.name: each for each in done.handed}
        self._let_go({name for each in steps[at:] for name in each.inputs})

    def _done(self, job: TrainingJob) -> TrainingRun:
        before = [done for _, done in self.runs]
        for each in job.handed if before and not before[-1].contained else ():
            check_unchanged(each)
        seconds = sum(done.duration_seconds for done in before)
        limited, lowered, nothing = within(job, self.whole.resources, seconds, self.folders)
        if nothing:
            sentence = f"not started: the steps before it took all of train.resources.{nothing}"
            return TrainingRun(
                executor=before[-1].executor,
                contained=before[-1].contained,
                reason=nothing,
                sentence=sentence,
                exit_code=None,
                duration_seconds=0.0,
                model_dir=job.output / "model",
                image_digest=job.image,
            )
        done = self.executor.train(limited, self.on_log)
        if done.reason in lowered:
            return replace(done, sentence=f"{done.sentence} ({LEFT}.{done.reason})")
        return done

    def _let_go(self, still_read: set[str]) -> None:
        """A folder that no later step reads takes no room."""
        for name in [name for name in self.folders if name not in still_read]:
            staging.empty_folder(self.folders.pop(name).path)

    def _record(self, step: StepConfig, job: TrainingJob, done: TrainingRun) -> StepRun:
        inputs = {name: self._digest(job, name) for name in step.inputs}
        outputs = {each.name: each.digest for each in done.handed}
        if done.succeeded and job.hands_over is None:
            outputs = {"model": done.model_digest}
        source = "" if done.image_digest else self._source_digest()
        return StepRun(
            id=step.id,
            outcome=Outcome.PASS if done.succeeded else Outcome.FAIL,
            reason=done.reason,
            sentence=done.sentence.removeprefix("training "),
            exit_code=done.exit_code,
            duration_seconds=round(done.duration_seconds, 3),
            peak_rss_bytes=done.peak_rss_bytes,
            cpu_seconds=done.cpu_seconds,
            command=job.command,
            image_digest=done.image_digest or "",
            lock_sha256=done.environment.lock_sha256,
            opt_outs=done.opt_outs,
            inputs=inputs,
            outputs=outputs,
            output_bytes=done.model_bytes + sum(each.size_bytes for each in done.handed),
            metrics=dict(done.metrics),
            key=step_key(job, done, inputs, source),
            without_network=self.whole.without_network.get(step.id, ""),
        )

    def _digest(self, job: TrainingJob, name: str) -> str:
        """Of a folder that was handed over, or of a channel's files (once a training)."""
        if name in self.folders:
            return self.folders[name].digest
        if name not in self.digests:
            alone = replace(job, channels={name: job.channels[name]}, handed=())
            self.digests[name] = digest_of_files(staging.channel_files(alone)[name])
        return self.digests[name]

    def _source_digest(self) -> str:
        """Of the code that a process runs: all that it may see of the repository."""
        if "" not in self.digests:
            seen = visible(self.whole.source, Exclusion.of(self.whole.left_out, self.whole.withheld))
            paths = {name: self.whole.source / name for name, _ in seen}
            files = {name: path for name, path in paths.items() if path.is_file() and not path.is_symlink()}
            self.digests[""] = digest_of_files(files)
        return self.digests[""]

    def whole_run(self) -> TrainingRun:
        """The end of the last step that ran, with the time, memory and opt-outs of all."""
        step, last = self.runs[-1]
        done = [run for _, run in self.runs]
        seconds = sum(run.duration_seconds for run in done)
        peaks = [run.peak_rss_bytes for run in done if run.peak_rss_bytes is not None]
        used = [run.cpu_seconds for run in done if run.cpu_seconds is not None]
        words = last.sentence.removeprefix("training ")
        named = f"step {step.id} {words}" if words != last.sentence else f"step {step.id}: {words}"
        return replace(
            last,
            contained=all(run.contained for run in done),
            sentence=f"completed after {seconds:.1f} s, {len(done)} steps" if last.succeeded else named,
            duration_seconds=seconds,
            peak_rss_bytes=max(peaks, default=None),
            cpu_seconds=sum(used) if used else None,
            model_dir=self.whole.output / "model",
            opt_outs=_opt_outs(self.runs),
            handed=(),
            steps=tuple(self.records),
            setup_seconds=sum(run.setup_seconds for run in done),
        )


def _runs_in(job: TrainingJob) -> tuple[object, ...]:
    """The same for jobs that share an image or an environment."""
    return job.image, job.build and job.build.tag, job.requirements


def _opt_outs(runs: Sequence[tuple[StepConfig, TrainingRun]]) -> tuple[str, ...]:
    """Each protection given up, and in which steps unless in all."""
    found = dict.fromkeys(name for _, run in runs for name in run.opt_outs)
    said = []
    for name in found:
        where = [step.id for step, run in runs if name in run.opt_outs]
        said.append(name if len(where) == len(runs) else f"{name} (in {', '.join(where)})")
    return tuple(said)


@contextmanager
def of_step(step: StepConfig) -> Iterator[None]:
    """An error of a step says whose it is."""
    try:
        yield
    except MlopsError as error:
        problems = tuple(replace(each, message=f"step {step.id}: {each.message}") for each in error.problems)
        raise type(error)(
            f"step {step.id}: {error.message}",
            location=error.location,
            hint=error.hint,
            problems=problems,
            log_tail=error.log_tail,
        ) from error
