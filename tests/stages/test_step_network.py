"""A step that may use the network gets no other rows by a pull request: other bytes, and it has none."""

from __future__ import annotations

from hashlib import md5
from typing import TYPE_CHECKING

import pytest

from mlops_actions.adapters.containers.staging import channel_files
from mlops_actions.errors import TrustError
from mlops_actions.stages.step_jobs import step_job
from mlops_actions.stages.step_network import OFFLINE
from mlops_actions.stages.training_jobs import training_job
from tests.stages.small_repository import as_event, make_repository, open_pull_request, session
from tests.stages.stepped import CONFIG
from tests.stages.test_step_attacks import files, table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mlops_actions.adapters.containers.job import TrainingJob
    from mlops_actions.results.training import Role
    from mlops_actions.stages.context import RunContext

FETCH = (
    "    - {id: fetch, command: [python3, fetch.py], inputs: [codes], outputs: [ext],"
    " hardening: {network: true}}\n"
)
NETWORKED = (
    CONFIG.replace("  steps:\n", f"  channels: {{codes: data/codes}}\n  steps:\n{FETCH}")
    .replace("inputs: [features, counts]}", "inputs: [features, counts, ext, codes]}")
)  # fmt: skip
SAID = OFFLINE.format(step="fetch", channel="codes")


def proposed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, edit: Mapping[str, str | Path | None],
    more: Mapping[str, str] | None = None, event: str = "pull_request",
) -> RunContext:  # fmt: skip
    base = {**files(NETWORKED), "data/codes/c.csv": "code\n1\n", **(more or {})}
    repository = make_repository(tmp_path / "here", base)
    pull = open_pull_request(repository, edit)
    as_event(monkeypatch, tmp_path, event, pull.payload)
    return session(repository)


def job_of(context: RunContext, role: Role = "candidate") -> TrainingJob:
    root = context.base_root if role == "baseline" else context.root
    assert root is not None
    return training_job(context, context.config, role, root, 7, "docker")


def network_of(context: RunContext, whole: TrainingJob, step: str = "fetch") -> bool:
    train = context.config.train
    assert train is not None
    (config,) = (each for each in train.steps if each.id == step)
    return step_job(context, context.config, config, whole, context.work).hardening.network


def test_with_the_base_s_bytes_it_has_the_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context = proposed(tmp_path, monkeypatch, {"data/train.csv": table(260, "N")})
    whole = job_of(context)
    assert whole.without_network == {}
    assert network_of(context, whole)
    assert not network_of(context, whole, "ingest")


@pytest.mark.parametrize(
    "edit",
    [
        {"data/codes/c.csv": f"{table(280, 'C')}\n"},  # the rows that it was kept from, and a newline
        {"data/codes/t.csv": f"{table(280, 'C')}\n"},
        {"data/codes/c.csv": None, "data/codes/d.csv": "code\n1\n"},
        {"data/codes/c.csv": "code\n1\n", "data/codes/c.csv.dvc": "outs: []\n"},
    ],
)
def test_with_other_bytes_it_has_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, edit: dict[str, str | Path | None]
) -> None:
    context = proposed(tmp_path, monkeypatch, edit)
    whole = job_of(context)
    assert whole.without_network == {"fetch": SAID}
    assert not network_of(context, whole)
    baseline = job_of(context, "baseline")
    assert baseline.without_network == {}
    assert network_of(context, baseline)


def test_a_dvc_file_beside_it_says_nothing_of_its_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside = {"data/codes/c.csv.dvc": "outs: []\n"}
    context = proposed(tmp_path, monkeypatch, {"data/codes/c.csv": table(280, "C")}, beside)
    assert job_of(context).without_network == {"fetch": SAID}


def test_a_moved_pointer_is_other_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def pointer(oid: str) -> str:
        return f"version https://git-lfs.github.com/spec/v1\noid sha256:{oid * 64}\nsize 9\n"

    more = {"data/codes/c.csv": pointer("a")}
    same = proposed(tmp_path / "same", monkeypatch, {"train.py": "print()\n"}, more)
    assert job_of(same).without_network == {}
    moved = proposed(tmp_path / "moved", monkeypatch, {"data/codes/c.csv": pointer("b")}, more)
    assert job_of(moved).without_network == {"fetch": SAID}


def test_after_the_merge_the_files_are_the_branch_s_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = proposed(tmp_path, monkeypatch, {"data/codes/c.csv": "code\n2\n"}, event="push")
    assert job_of(context).without_network == {}


def test_a_link_to_the_rows_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context = proposed(tmp_path, monkeypatch, {"train.py": "print()\n"})
    (context.root / "data/codes/t.csv").symlink_to("../train.csv")
    with pytest.raises(TrustError, match=r"data/codes/t.csv: a symbolic link"):
        channel_files(job_of(context))


def test_a_link_into_the_cache_of_dvc_is_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As `dvc config cache.type symlink` leaves a working copy; in a cache that several projects share."""

    digest = md5(b"code\n2\n", usedforsecurity=False).hexdigest()
    cached = tmp_path / "shared" / "files/md5" / digest[:2] / digest[2:]
    cached.parent.mkdir(parents=True)
    cached.write_text("code\n2\n")
    settings = {".dvc/config": f"[cache]\n    dir = {tmp_path / 'shared'}\n"}
    context = proposed(tmp_path, monkeypatch, settings)
    (context.root / "data/codes/d.csv").symlink_to(cached)
    assert channel_files(job_of(context))["codes"]["d.csv"] == cached
    other = cached.with_name("hosts")
    other.write_text("of the machine")
    (context.root / "data/codes/h.csv").symlink_to(other)
    with pytest.raises(TrustError, match=r"data/codes/h.csv: a symbolic link out of the repository"):
        channel_files(job_of(context))
