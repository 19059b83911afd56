"""Every part of a job is in its key, a later version's among them, or is named as one that is not."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import pytest

from mlops_actions.adapters.containers.handed import HandedFolder
from mlops_actions.adapters.containers.job import Hardening, Resources, TrainingJob, Variation
from mlops_actions.adapters.containers.job_digest import (
    READ,
    channel_digests,
    source_sha256,
    training_key,
)


@pytest.fixture
def job(tmp_path: Path) -> TrainingJob:
    source = tmp_path / "source"
    source.mkdir()
    (source / "train.py").write_text("x")
    (tmp_path / "rows.csv").write_text("a\n1\n")
    return TrainingJob(source=source, output=tmp_path / "out", channels={"train": tmp_path / "rows.csv"})


FOLDER = Path(__file__).parent / "process"
CHANGES: dict[str, Any] = {
    "command": ("other",),
    "hyperparameters": {"C": "1"},
    "seed": 1,
    "resources": Resources(cpus=2),
    "hardening": Hardening(network=True),
    "source_date_epoch": 1,
    "variation": Variation(1, 2),
    "handed": (HandedFolder("features", FOLDER, "sha256:1", 1, 1),),
    "hands_over": ("features",),
    "without_network": {"fetch": "its channel has other bytes"},
}


@pytest.mark.parametrize("name", [each.name for each in fields(TrainingJob) if each.name not in READ])
def test_every_field_is_in_the_key(job: TrainingJob, name: str) -> None:
    assert training_key(replace(job, **{name: CHANGES[name]}), "process", {}) != training_key(
        job, "process", {}
    )


@dataclass(frozen=True)
class Later(TrainingJob):
    """A job that a later version asks for more with."""

    steps: tuple[str, ...] = ()


def test_a_field_of_a_later_version_is_in_the_key(job: TrainingJob) -> None:
    later = Later(source=job.source, output=job.output, channels=job.channels)
    assert training_key(replace(later, steps=("ingest",)), "process", {}) != training_key(
        later, "process", {}
    )


def test_what_it_runs_in_is_in_the_key(job: TrainingJob) -> None:
    keys = {
        training_key(job, "process", {"lock": "a"}),
        training_key(job, "process", {"lock": "b"}),
        training_key(job, "docker", {"lock": "a"}),
        training_key(replace(job, image="sha256:1"), "docker", {"image": "sha256:1"}),
        training_key(replace(job, image="sha256:2"), "docker", {"image": "sha256:2"}),
    }
    assert len(keys) == 5


def test_the_source_of_an_image_is_in_the_image(job: TrainingJob) -> None:
    in_image = replace(job, image="sha256:1")
    key = training_key(in_image, "docker", {"image": "sha256:1"})
    (job.source / "README.md").write_text("words")
    assert training_key(in_image, "docker", {"image": "sha256:1"}) == key


def test_a_file_that_moves_is_another_source(job: TrainingJob) -> None:
    first = source_sha256(job)
    (job.source / "train.py").rename(job.source / "trains.py")
    assert source_sha256(job) != first


def test_a_channel_s_digest_is_what_sha256sum_says(job: TrainingJob, tmp_path: Path) -> None:
    rows = (tmp_path / "rows.csv").read_bytes()
    assert channel_digests(job) == {"train": hashlib.sha256(rows).hexdigest()}
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in ("b.csv", "a.csv"):
        (folder / name).write_text(name)
    lines = "".join(f"{hashlib.sha256(name.encode()).hexdigest()}  {name}\0" for name in ("a.csv", "b.csv"))
    several = replace(job, channels={"train": folder})
    assert channel_digests(several) == {"train": hashlib.sha256(lines.encode()).hexdigest()}
    assert training_key(several, "process", {}) != training_key(job, "process", {})


def test_a_channel_s_file_under_another_name_is_another_training(job: TrainingJob, tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_bytes((tmp_path / "rows.csv").read_bytes())
    other = replace(job, channels={"train": tmp_path / "other.csv"})
    assert channel_digests(other) == channel_digests(job)
    assert training_key(other, "process", {}) != training_key(job, "process", {})
