"""Rows that judge and that DVC tracks: the base commit's are taken from the cache, or it is told."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from mlops_actions.adapters.datasets.rows import read_columns
from mlops_actions.errors import InputError, TrustError
from mlops_actions.results.verdict import Outcome
from mlops_actions.stages import model_checks
from mlops_actions.stages.compared import compared_files
from mlops_actions.stages.named_files import check_files, named_files, read_schema, reference_rows
from tests.adapters.datasets.kept_data import keep_dvc, keep_lfs, pointer, write_dvc
from tests.stages.small import run
from tests.stages.small_repository import CONFIG, SCHEMA, Repository, as_event, project, rows, session

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_actions.results.gate import PolicyChange
    from mlops_actions.stages.context import RunContext

EVENTS = ("local", "push", "pull_request")
WAYS = ("file", "folder", "pattern", "lock", "lock above", "folder below")
NAME, LOG = "data/evaluation.csv", "data/log.csv"
OLD = rows(0, 110) + rows(1000, 10).partition("\n")[2]  # ten rows are training's, too
NEW = rows(200)
STEP = "`dvc fetch --all-commits` before this step."


@pytest.fixture(autouse=True)
def _no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_checks, "find_spec", lambda _: None)


class Project:
    """A repository in which git ignores the data and the DVC cache, as DVC sets it up."""

    def __init__(self, folder: Path, *, inside: str = "", **files: str | None) -> None:
        self.inside = folder / inside
        self.inside.mkdir(parents=True)
        (self.inside / "data").mkdir()
        self.repository = Repository(folder)
        self.repository.git("init", "--quiet", "--initial-branch=main")
        named = {"mlops.yaml": CONFIG.replace("evaluation: evaluation.csv", f"evaluation: {NAME}"), **files}
        for name, text in {**project(), "evaluation.csv": None, **named}.items():
            if text is not None:
                (self.inside / name).write_text(text)
        (folder / ".gitignore").write_text("**/data/*.csv\n.dvc/cache\n.mlops/\n")

    def track(self, text: str, way: str = "file", name: str = NAME) -> None:
        """Write the rows, their pointer, and what the DVC cache keeps of them."""
        top, data = self.repository.folder, text.encode()
        (self.inside / name).write_bytes(data)
        digest = keep_dvc(top, data)
        whole = json.dumps([{"md5": digest, "relpath": name.partition("/")[2]}]).encode()
        if way == "file":
            write_dvc(self.inside / name, digest)
        elif way in {"folder", "pattern", "folder below"}:
            write_dvc(self.inside / "data", keep_dvc(top, whole, ".dir"))
        else:
            path = (self.inside / name).relative_to(top)
            stage = f"{{outs: [{{path: {path}, md5: {digest}}}]}}"
            (top / "dvc.lock").write_text(f"schema: '2.0'\nstages: {{split: {stage}}}\n")

    def commit(self) -> str:
        self.repository.git("add", "--all")
        self.repository.git("commit", "--quiet", "--allow-empty", "--message", "change")
        return self.repository.git("rev-parse", "HEAD")

    def branch(self) -> None:
        self.commit()
        self.repository.git("switch", "--quiet", "--create", "change")

    def opened(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, event: str) -> RunContext:
        """A run of what is there, committed; the data of the branch lies in the working copy."""
        base, head = self.repository.git("rev-parse", "main"), self.commit()
        if event == "local":
            monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
        elif event == "push":
            as_event(monkeypatch, tmp_path, event, {"before": base})
        else:
            self.repository.git("switch", "--quiet", "--detach", "main")
            self.repository.git("merge", "--quiet", "--no-ff", "--message", "merge", "change")
            pull = {"number": 1, "head": {"sha": head}, "base": {"sha": base, "ref": "main"}}
            as_event(monkeypatch, tmp_path, event, {"pull_request": pull})
        place = self.inside.relative_to(self.repository.folder) / "mlops.yaml"
        return session(self.repository, config=str(place))

    def forget(self) -> None:
        shutil.rmtree(self.repository.folder / ".dvc")


def ids(context: RunContext) -> list[int]:
    check_files(context)
    return read_columns(named_files(context)["evaluation"].path, ["id"])["id"]


def told(context: RunContext) -> PolicyChange:
    (change,) = context.policy.changes
    return change


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("way", WAYS)
def test_the_base_commits_rows_judge(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str, event: str
) -> None:
    config = CONFIG.replace("evaluation: evaluation.csv", "evaluation: data/*.csv")
    files = {"mlops.yaml": config} if way == "pattern" else {}
    here = Project(tmp_path / "here", inside="sub" if way.endswith(("above", "below")) else "", **files)
    here.track(OLD, way)
    here.branch()
    here.track(NEW, way)
    context = here.opened(tmp_path, monkeypatch, event)
    assert ids(context) == [*range(110), *range(1000, 1010)]
    change = told(context)
    assert (change.key, change.in_force) == ("data.evaluation", False)
    outcome, payload = run(context)
    assert outcome.outcome is Outcome.FAIL
    assert {each.id for each in payload.checks if each.outcome is Outcome.FAIL} == {"DS401", "DS402"}
    assert [each.role for each in payload.data_changes] == ["evaluation"]
    assert any("differs from the base commit's, which judges" in each for each in payload.notes)


@pytest.mark.parametrize("event", ["local", "push"])
def test_rows_that_cannot_be_had_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, event: str
) -> None:
    here = Project(tmp_path / "here")
    here.track(OLD)
    here.branch()
    here.forget()
    here.track(NEW)
    context = here.opened(tmp_path, monkeypatch, event)
    assert ids(context) == list(range(200, 320))
    assert (told(context).key, told(context).in_force) == ("data.evaluation", True)
    (note,) = (each for each in run(context)[1].notes if NAME in each)
    assert note.startswith(
        f"{NAME} (data.evaluation): git holds a pointer, which this change moves: {NAME}.dvc "
    )
    assert note.endswith(
        f"; the base commit's rows cannot be had, so the change's own judge. To have them judge, run {STEP}"
    )


def test_a_pull_request_is_refused_where_they_cannot_be_had(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = Project(tmp_path / "here")
    here.track(OLD)
    here.branch()
    here.forget()
    here.track(NEW)
    with pytest.raises(TrustError, match="the base commit's rows cannot be had") as caught:
        here.opened(tmp_path, monkeypatch, "pull_request")
    assert caught.value.hint.startswith(f"Run {STEP} Where they are nowhere: Move the pointer")


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("cached", [True, False])
def test_a_pointer_that_stays_is_no_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, event: str, *, cached: bool
) -> None:
    here = Project(tmp_path / "here")
    here.track(NEW)
    here.branch()
    if not cached:
        here.forget()  # a step put the data there
    context = here.opened(tmp_path, monkeypatch, event)
    assert context.policy.changes == ()
    assert ids(context) == list(range(200, 320))
    assert run(context)[1].data_changes == ()
    assert not [each for each in run(context)[1].notes if NAME in each]


@pytest.mark.parametrize("event", EVENTS)
def test_rows_under_a_pointer_that_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, event: str) -> None:
    """On a laptop the base commit's judge those that no `dvc add` has seen; on a runner they are refused."""
    here = Project(tmp_path / "here")
    here.track(OLD)
    here.branch()
    (here.inside / NAME).write_text(NEW)
    context = here.opened(tmp_path, monkeypatch, event)
    if event != "local":
        with pytest.raises(InputError, match="not this commit's data"):
            ids(context)
        return
    assert ids(context)[-1] == 1009
    notes = run(context)[1].notes
    assert any(each.startswith("This verdict is of the data at hand") for each in notes)
    assert any("differs from the base commit's, which judges" in each for each in notes)


@pytest.mark.parametrize("event", EVENTS)
def test_from_dvc_to_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, event: str) -> None:
    here = Project(tmp_path / "here")
    here.track(OLD)
    here.branch()
    (here.inside / f"{NAME}.dvc").unlink()
    (here.inside / NAME).write_text(NEW)
    here.repository.git("add", "--force", NAME)
    context = here.opened(tmp_path, monkeypatch, event)
    assert ids(context)[-1] == 1009
    assert not told(context).in_force


@pytest.mark.parametrize("cached", [True, False])
@pytest.mark.parametrize("event", EVENTS)
def test_a_serving_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, event: str, *, cached: bool) -> None:
    """It is data and no rule: where the base commit's cannot be had, head's is read, and it is told."""
    config = CONFIG.replace("schema: schema.yaml", f"schema: schema.yaml, serving_log: {LOG}")
    here = Project(tmp_path / "here", **{"mlops.yaml": config, "evaluation.csv": rows()})
    here.track(OLD, name=LOG)
    here.branch()
    if not cached:
        here.forget()
    here.track(NEW, name=LOG)
    context = here.opened(tmp_path, monkeypatch, event)
    found = compared_files(context, "").files["serving_log"]
    assert read_columns(found.path, ["id"])["id"][0] == (0 if cached else 200)
    assert (told(context).key, told(context).in_force) == ("data.serving_log", not cached)


@pytest.mark.parametrize("kind", ["dvc", "lfs"])
@pytest.mark.parametrize("event", EVENTS)
def test_a_look_up_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, event: str, kind: str) -> None:
    schema = f"{SCHEMA}references: [{{columns: [id], file: data/ids.csv}}]\n"
    known = "id\n" + "".join(f"{row}\n" for row in (*range(120), *range(1000, 1120)))
    here = Project(tmp_path / "here", **{"schema.yaml": schema, NAME: rows()})
    (here.inside / ".gitignore").write_text(".dvc/cache\n.mlops/\n" + "data/ids.csv\n" * (kind == "dvc"))

    def put(text: str) -> None:
        if kind == "dvc":
            here.track(text, name="data/ids.csv")
            return
        keep_lfs(here.inside, text.encode())
        (here.inside / "data/ids.csv").write_text(pointer(text.encode()))

    put(known)
    here.branch()
    put(f"{known}7777\n")
    (here.inside / "train.csv").write_text(f"{rows(1000)}7777,5,1\n")
    context = here.opened(tmp_path, monkeypatch, event)
    (file,) = reference_rows(context, read_schema(context)[0]).values()
    assert read_columns(file.path, ["id"])["id"][-1] == 1119
    (red,) = (each for each in run(context)[1].checks if each.id == "DS112" and each.outcome is Outcome.FAIL)
    assert "1 of n=121 rows have a id that is not in data/ids.csv" in red.sentence
    assert (told(context).key, told(context).in_force) == ("data.schema.references", False)


def test_a_schema(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = CONFIG.replace("schema: schema.yaml", "schema: data/schema.csv")
    here = Project(tmp_path / "here", **{"mlops.yaml": config, "evaluation.csv": rows()})
    here.track(SCHEMA, name="data/schema.csv")
    here.branch()
    here.track(SCHEMA.replace("maximum: 120", "maximum: 9"), name="data/schema.csv")
    context = here.opened(tmp_path, monkeypatch, "local")
    schema = read_schema(context)[0]
    assert schema is not None
    assert schema.columns["amount"].maximum == 120
    assert told(context).key == "data.schema"
    assert [each.where for each in run(context)[1].schema_changes] == ["amount.maximum"]
