"""A run's context on a small real project in a temporary folder, and ports that need no child process."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlops_actions.adapters.containers.model_folder import read_model_folder
from mlops_actions.adapters.results_folder import ResultsFolder
from mlops_actions.config.parse import parse
from mlops_actions.errors import ServingError
from mlops_actions.results.envelope import Source, Trust
from mlops_actions.results.training import ModelRun
from mlops_actions.results.verdict import Outcome
from mlops_actions.stages.context import Policy, RunContext

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from mlops_actions.config.model import Config
    from mlops_actions.results.envelope import InputRecord
    from mlops_actions.results.training import Role

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "churn"
START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@dataclass
class Said:
    """Progress that remembers."""

    steps: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def step(self, text: str) -> None:
        self.steps.append(text)

    def advance(self, done: int, total: int) -> None:
        self.lines.append(f"{done}/{total}")

    def log(self, line: str) -> None:
        self.lines.append(line)

    def close(self) -> None:
        """Nothing is open."""


def make_context(
    tmp_path: Path, *, edit: Mapping[str, str] | None = None, base: bool = True, ladder: bool = False
) -> RunContext:
    """The churn example as head and, unless base=False, as its own base; `edit` replaces config text.

    The ladder's processes take seconds: it is off unless asked for.
    """
    root, base_root = tmp_path / "head", tmp_path / "base"
    for folder in (root, *((base_root,) if base else ())):
        shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("__pycache__", ".mlops"))
    text = (root / "mlops.yaml").read_text()
    for old, new in (edit or {}).items():
        assert old in text, old
        text = text.replace(old, new)
    config = parse(text, "mlops.yaml")
    if config.train is not None and not ladder:
        config = config.model_copy(update={"train": config.train.model_copy(update={"ladder": "off"})})
    (tmp_path / "work").mkdir()
    ticks = iter(START + timedelta(seconds=index) for index in range(1000))
    return RunContext(
        root=root,
        config_file="mlops.yaml",
        policy=Policy(config, config, config if base else None, base_sha="b" * 40 if base else ""),
        results=ResultsFolder(root / ".mlops" / "results"),
        work=tmp_path / "work",
        source=Source(sha="a" * 40),
        trust=Trust.TRUSTED,
        tool_version="0",
        clock=lambda: next(ticks),
        progress=Said(),
        base_root=base_root if base else None,
    )


@dataclass
class FakeServer:
    """Answers with a function of one row; one that raises is a refusal."""

    model: Callable[[Mapping[str, Any]], object]
    contained: bool = False
    reaches_host: bool = False
    seen: list[tuple[str, ...]] = field(default_factory=list)

    def predict(self, columns: Mapping[str, Sequence[Any]]) -> list[Any]:
        names = tuple(columns)
        self.seen.append(names)
        rows = zip(*columns.values(), strict=True)
        try:
            return [self.model(dict(zip(names, row, strict=True))) for row in rows]
        except (TypeError, ValueError) as error:
            raise ServingError(f"400: {error}") from error


@dataclass
class FakePort:
    """TrainPort and ServePort: each role's model is a function; a role without one fails to train."""

    models: Mapping[str, Callable[[Mapping[str, Any]], object]]
    crash: Mapping[str, Exception] = field(default_factory=dict)
    servers: dict[str, FakeServer] = field(default_factory=dict)

    def choose(self, context: RunContext) -> str:
        del context
        return "process"

    def train(self, context: RunContext, config: Config, role: Role, source: Path, seed: int) -> ModelRun:
        if role in self.crash:
            raise self.crash[role]
        good = role in self.models
        folder = context.results.folder / "models" / role / "model"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "model.txt").write_text("the same for each role")
        context.progress.log(f"training in {source.name} with {len(config.evaluate.metrics)} metrics")
        return ModelRun(
            role=role,
            outcome=Outcome.PASS if good else Outcome.FAIL,
            reason="completed" if good else "exit_code",
            sentence="" if good else f"{role}: train ended with exit code 3",
            executor="process",
            model_path=f"models/{role}/model",
            model_digest=read_model_folder(folder).digest if good else "",
            seed=seed,
            log_tail=() if good else ("Traceback", "ValueError: no"),
        )

    def inputs(self, context: RunContext, config: Config, source: Path) -> tuple[InputRecord, ...]:
        del context, config, source
        return ()

    def store(self, context: RunContext, executor: str) -> str:
        del context, executor
        return "a test trains anew"

    @contextmanager
    def serve(self, context: RunContext, config: Config, run: ModelRun, source: Path) -> Iterator[FakeServer]:
        del context, config, source
        server = FakeServer(self.models[run.role])
        self.servers[run.role] = server
        yield server


def good_model(row: Mapping[str, Any]) -> object:
    """A rule of thumb that knows the contract, the tenure and the line."""
    score = (
        0.15 + 0.3 * (row["contract"] == "Month-to-month") + 0.2 * (row["internet_service"] == "Fiber optic")
    )
    score += 0.15 * (float(row["tenure"]) < 12) - 0.1 * (float(row["tenure"]) > 50)
    score += 0.0001 * (float(row["monthly_charges"]) % 7)
    return {"prediction": int(score >= 0.5), "score": min(max(score, 0.0), 1.0)}


def weak_model(row: Mapping[str, Any]) -> object:
    """One that looks at the bill only."""
    score = 0.25 + float(row["monthly_charges"]) % 97 / 500
    return {"prediction": int(score >= 0.5), "score": min(max(score, 0.0), 1.0)}
