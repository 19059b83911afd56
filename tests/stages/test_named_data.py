"""Folders, patterns and pointers that mlops.yaml names: the base commit's parts judge, nothing leads out."""

from __future__ import annotations

import hashlib
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from mlops_actions.adapters.datasets.rows import read_columns
from mlops_actions.errors import ConfigError, InputError, TrustError
from mlops_actions.results.envelope import Trust
from mlops_actions.stages.data_at_hand import record_of
from mlops_actions.stages.named_files import check_files, named_files, refuse_missing
from mlops_actions.stages.policy import Texts, changed_files, decide_policy
from tests.stages.small_repository import (
    CONFIG,
    as_event,
    label,
    make_repository,
    open_pull_request,
    project,
    rows,
    session,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from mlops_actions.stages.context import RunContext

    Files = Mapping[str, str | Path | None]
    Proposal = Callable[..., RunContext]

FOLDER = CONFIG.replace("evaluation: evaluation.csv", "evaluation: judged")
PATTERN = CONFIG.replace("evaluation: evaluation.csv", "evaluation: 'judged/*.csv'")
TEXTS = {"judged/a.csv": rows(0, 60), "judged/b.csv": rows(60, 60)}


def split(config: str, **more: str) -> dict[str, str]:
    """A project whose evaluation rows lie in two parts."""
    files = project(**{"mlops.yaml": config, **TEXTS, **more})
    del files["evaluation.csv"]
    return files


@pytest.fixture
def propose(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Proposal:
    """Files of a pull request, and of its base: the run."""

    def opened(files: Files, base: Files, event: str = "pull_request") -> RunContext:
        repository = make_repository(tmp_path / "here", base)
        pull = open_pull_request(repository, files)
        as_event(monkeypatch, tmp_path, event, pull.payload)
        return session(repository)

    return opened


def ids(context: RunContext) -> list[Any]:
    """The keys of the judged rows."""
    return read_columns(named_files(context)["evaluation"].path, ["id"])["id"]


@pytest.mark.parametrize("config", [FOLDER, PATTERN])
def test_head_adds_no_rows_to_the_base_s(propose: Proposal, config: str) -> None:
    context = propose({"judged/c.csv": rows(120, 60, flip=True)}, split(config))
    assert context.base_root is not None
    assert ids(context) == list(range(120))
    assert named_files(context)["evaluation"].path.is_relative_to(context.base_root)
    (change,) = [each for each in context.policy.changes if each.key == "data.evaluation"]
    assert change.summary.endswith("; the base commit's file judges")


@pytest.mark.parametrize("config", [FOLDER, PATTERN])
def test_nor_changes_nor_takes_any(propose: Proposal, config: str) -> None:
    context = propose({"judged/a.csv": None, "judged/b.csv": rows(60, 60, flip=True)}, split(config))
    path = named_files(context)["evaluation"].path
    assert ids(context) == list(range(120))
    assert read_columns(path, ["left"])["left"] == [label(row) for row in range(120)]
    assert "data.evaluation" in {each.key for each in context.policy.changes}


@pytest.mark.parametrize("config", [FOLDER, PATTERN])
def test_an_equal_folder_is_no_change(propose: Proposal, config: str) -> None:
    context = propose({"train.csv": rows(2000)}, split(config))
    assert [each.key for each in context.policy.changes] == []


@pytest.mark.parametrize("config", [FOLDER, PATTERN])
@pytest.mark.parametrize("name", ["judged/c.csv", "judged/c.csv.dvc"])
def test_parts_that_only_the_pull_request_has_are_refused(propose: Proposal, config: str, name: str) -> None:
    """The base commit leaves them to a step; a pull request that commits one chooses what judges it."""
    base = split(config)
    for each in TEXTS:
        del base[each]
    text = rows() if name.endswith(".csv") else f"outs: [{{md5: {'ab' * 16}, path: c.csv}}]\n"
    with pytest.raises(TrustError, match="a pull request cannot"):
        propose({name: text}, base)


def test_a_folder_that_a_step_fetches_is_read_from_there(propose: Proposal) -> None:
    base = split(FOLDER, **{"judged/.gitkeep": ""})
    for each in TEXTS:
        del base[each]
    context = propose({"train.csv": rows(2000)}, base)
    (context.root / "judged" / "fetched.csv").write_text(rows(0, 7))
    assert ids(context) == list(range(7))


@pytest.mark.parametrize("name", ["data/link.csv", "data/deep"])
def test_a_part_that_is_a_link_out(propose: Proposal, tmp_path: Path, name: str) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.csv").write_text(rows(0, 9))
    target = tmp_path / "outside" / ("secret.csv" if name.endswith(".csv") else "")
    for train in ("data", "'data/**/*.csv'"):
        config = CONFIG.replace("train: train.csv", f"train: {train}")
        base = project(**{"mlops.yaml": config, "data/a.csv": rows(1000)})
        context = propose({name: target}, base)
        with pytest.raises(TrustError, match=rf"^{name}: a link"):
            named_files(context)
        with pytest.raises(TrustError):
            check_files(context)
        shutil.rmtree(tmp_path / "here")


def test_training_data_never_takes_evaluation_rows_in(propose: Proposal) -> None:
    config = FOLDER.replace("train: train.csv", "train: 'judged/*.csv'")
    context = propose({"predictions.csv": "row_id,score\n"}, split(config))
    with pytest.raises(ConfigError, match=r"data.train: judged/a.csv is evaluation data, too"):
        check_files(context)


def test_the_record_is_of_all_parts(propose: Proposal) -> None:
    context = propose({"train.csv": rows(2000)}, split(FOLDER))
    file = named_files(context)["evaluation"]
    lines = b"".join(
        hashlib.sha256(text.encode()).hexdigest().encode()
        + b"  "
        + name.removeprefix("judged/").encode()
        + b"\0"
        for name, text in TEXTS.items()
    )
    record = record_of("evaluation", file.path, file.shown)
    assert record.sha256 == hashlib.sha256(lines).hexdigest()
    assert record.bytes == sum(map(len, TEXTS.values()))


def pointer(text: str) -> str:
    """A Git LFS pointer of that text."""
    oid = hashlib.sha256(text.encode()).hexdigest()
    return f"version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize {len(text)}\n"


def keep(root: Path, text: str) -> None:
    """The object in .git/lfs."""
    oid = hashlib.sha256(text.encode()).hexdigest()
    path = root / ".git" / "lfs" / "objects" / oid[:2] / oid[2:4] / oid
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_the_base_s_pointer_chooses_the_rows_that_judge(propose: Proposal) -> None:
    """Head's own pointer, and what it names, are in the store as well."""
    context = propose(
        {"evaluation.csv": pointer(rows(0, 9))}, project(**{"evaluation.csv": pointer(rows(0, 7))})
    )
    for count in (7, 9):
        keep(context.root, rows(0, count))
    assert ids(context) == list(range(7))
    file = named_files(context)["evaluation"]
    refuse_missing(context, file)
    assert (
        record_of("evaluation", file.path, file.shown).sha256
        == hashlib.sha256(rows(0, 7).encode()).hexdigest()
    )


def test_in_a_pull_request_nothing_is_fetched(propose: Proposal, monkeypatch: pytest.MonkeyPatch) -> None:
    context = propose({"train.csv": pointer(rows(0, 9))}, project())

    def never(*_: object) -> str:
        raise AssertionError

    for name in ("fetch_lfs", "fetch_dvc"):
        monkeypatch.setattr(f"mlops_actions.adapters.datasets.at_hand.{name}", never)
    with pytest.raises(InputError, match="nothing is fetched in its run") as caught:
        refuse_missing(context, named_files(context)["train"])
    assert caught.value.message.startswith(
        "train.csv: a Git LFS pointer, not the data; it is not in .git/lfs; "
    )


@pytest.mark.parametrize("event", ["pull_request", "push"])
def test_an_address_needs_its_digest_and_trust(
    propose: Proposal, monkeypatch: pytest.MonkeyPatch, event: str
) -> None:
    address = "s3://bucket/train.csv"
    base = project(**{"mlops.yaml": CONFIG.replace("train: train.csv", f"train: {address}")})
    context = propose({"evaluation.csv": rows(0, 60)}, base, event)
    assert (context.trust is Trust.TRUSTED) == (event == "push")
    asked: list[str] = []
    monkeypatch.setattr(
        "mlops_actions.adapters.datasets.object_store._opened", lambda *given: asked.append(given[0])
    )
    wanted = "nothing is fetched in its run" if event == "pull_request" else "no sha256 is declared"
    with pytest.raises((InputError, ConfigError), match=f"^{address}: .*{wanted}"):
        refuse_missing(context, named_files(context)["train"])
    assert asked == []


def test_a_pointer_and_its_content_are_one_file_to_the_policy(tmp_path: Path) -> None:
    policy = decide_policy(Texts(CONFIG, CONFIG, "b" * 40, "said so"), "mlops.yaml")
    for folder, text in (("base", pointer(rows())), ("head", rows())):
        (tmp_path / folder).mkdir()
        for name, content in project(**{"evaluation.csv": text}).items():
            (tmp_path / folder / name).write_text(content)
    found = changed_files(
        policy, tmp_path / "head", tmp_path / "base", tracked=lambda _: True, pull_request=True
    )
    assert found == ()
