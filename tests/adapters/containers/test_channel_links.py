"""Where links in a channel lead: no file of the machine, and none of another channel, gets in by one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from mlops_actions.adapters.containers import staging
from mlops_actions.adapters.containers.job import TrainingJob
from mlops_actions.errors import TrustError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def job(tmp_path: Path) -> TrainingJob:
    """A project with the channels train and codes, of which the job sees codes; and a file beside it."""
    source = tmp_path / "project"
    (source / "data/codes").mkdir(parents=True)
    (source / "data/train.csv").write_text("row\nT1\n")
    (source / "data/log.csv").write_text("row\nL1\n")
    (source / "data/evaluation.csv").write_text("row\nE1\n")
    (source / "data/codes/c.csv").write_text("code\n1\n")
    (source / "shared").mkdir()
    (source / "shared/units.csv").write_text("unit\nkg\n")
    (tmp_path / "host.txt").write_text("of the machine\n")
    channels = {"train": source / "data/train.csv", "codes": source / "data/codes"}
    return TrainingJob(
        source,
        tmp_path / "out",
        {"codes": channels["codes"]},
        declared=channels,
        excluded=("data/train.csv", "data/evaluation.csv", "data/log.csv"),
        withheld=(source / "data/evaluation.csv",),
    )


LINKS = [
    ("t.csv", "../train.csv", "data/codes/t.csv: a symbolic link to what training code does not see"),
    ("h.txt", "../../../host.txt", "data/codes/h.txt: a symbolic link out of the repository"),
    ("h.txt", "/etc/hostname", "data/codes/h.txt: a symbolic link out of the repository"),
    ("l.csv", "../log.csv", "data/codes/l.csv: a symbolic link to what training code does not see"),
    ("e.csv", "../evaluation.csv", "data/codes/e.csv: a symbolic link to what training code does not see"),
    ("deep", "..", "data/codes/deep: a symbolic link to a folder"),
    ("deep", "/etc", "data/codes/deep: a symbolic link to a folder"),
    ("gone", "nowhere", "data/codes/gone: a symbolic link to nothing"),
    ("round", "round", "data/codes/round: a symbolic link to nothing"),
]


@pytest.mark.parametrize(("name", "target", "message"), LINKS)
def test_a_link_to_what_is_not_the_channel_s_is_refused(
    job: TrainingJob, name: str, target: str, message: str
) -> None:
    (job.source / "data/codes" / name).symlink_to(target)
    with pytest.raises(TrustError, match=f"channel codes: {message}"):
        staging.channel_files(job)


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("train.csv", "what training code does not see"),
        (".", "a folder"),  # itself, in a circle
        ("../..", "out of the repository"),
        ("/etc", "out of the repository"),
        ("/etc/hostname", "out of the repository"),
    ],
)
def test_nor_may_the_channel_be_such_a_link(job: TrainingJob, target: str, message: str) -> None:
    codes = job.source / "data/codes"
    (codes / "c.csv").unlink()
    codes.rmdir()
    codes.symlink_to(target)
    with pytest.raises(TrustError, match=rf"a symbolic link .*{message}"):
        staging.channel_files(job)


def test_another_channel_s_file_is_refused_where_nothing_excludes_it(job: TrainingJob) -> None:
    open_job = replace(job, excluded=())
    (job.source / "data/codes/t.csv").symlink_to("../train.csv")
    with pytest.raises(TrustError, match=r"data/codes/t.csv: a symbolic link to data of the channel train"):
        staging.channel_files(open_job)
    (job.source / "data/codes/t.csv").unlink()
    (job.source / "shared/copy.csv").write_bytes((job.source / "data/train.csv").read_bytes())
    (job.source / "data/codes/t.csv").symlink_to("../../shared/copy.csv")
    with pytest.raises(TrustError, match=r"data/codes/t.csv: a symbolic link to data of the channel train"):
        staging.channel_files(open_job)


def test_links_to_own_and_to_common_files_are_followed(job: TrainingJob) -> None:
    codes = job.source / "data/codes"
    (codes / "same.csv").symlink_to("c.csv")
    (codes / "units.csv").symlink_to("../../shared/units.csv")
    files = staging.channel_files(job)["codes"]
    assert {name: path.read_text() for name, path in files.items()} == {
        "c.csv": "code\n1\n",
        "same.csv": "code\n1\n",
        "units.csv": "unit\nkg\n",
    }


def test_a_project_below_a_link_is_no_link(job: TrainingJob, tmp_path: Path) -> None:
    (tmp_path / "way").symlink_to("project")
    way = tmp_path / "way"
    below = replace(job, source=way, channels={"codes": way / "data/codes"}, declared={})
    assert staging.channel_files(below)["codes"] == {"c.csv": job.source / "data/codes/c.csv"}


def test_what_was_found_in_a_cache_is_followed_unless_it_is_another_channel_s(
    job: TrainingJob, tmp_path: Path
) -> None:
    (job.source / "data/codes/d.csv").symlink_to(tmp_path / "host.txt")
    known = replace(job, cached=frozenset({tmp_path / "host.txt"}))
    assert staging.channel_files(known)["codes"]["d.csv"] == tmp_path / "host.txt"
    (tmp_path / "host.txt").write_bytes((job.source / "data/train.csv").read_bytes())
    with pytest.raises(TrustError, match=r"data/codes/d.csv: a symbolic link to data of the channel train"):
        staging.channel_files(known)
