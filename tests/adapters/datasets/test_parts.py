"""Which files stand behind a path, in which order, and one digest of them all."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from mlops_actions.adapters.datasets.parts import digest_of, is_there, linked, parts_of, refuse_leaving
from mlops_actions.errors import ConfigError, InputError, TrustError

TREE = (
    "train/b.csv",
    "train/a.csv",
    "train/year=2024/c.csv",
    "train/year=2023/d.csv",
    "train/.hidden.csv",
    "train/_SUCCESS",
    "train/.cache/e.csv",
    "other/a.parquet",
    "other/deep/er/b.parquet",
    "single.csv",
)
HERE = ("train/a.csv", "train/b.csv")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Small files under data/."""
    for name in TREE:
        path = tmp_path / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"a\n{name}\n")
    return tmp_path


def names(root: Path, shown: str) -> list[str]:
    """The parts from the root, as messages call them."""
    parts = parts_of(root / shown, shown)
    assert [parts.told(path) for path in parts.paths] == [
        path.relative_to(root).as_posix() for path in parts.paths
    ]
    return [path.relative_to(root / "data").as_posix() for path in parts.paths]


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ("data/single.csv", ["single.csv"]),
        ("data/train", [*HERE, "train/year=2023/d.csv", "train/year=2024/c.csv"]),
        ("data/train/", [*HERE, "train/year=2023/d.csv", "train/year=2024/c.csv"]),
        ("data/train/*.csv", ["train/a.csv", "train/b.csv"]),
        ("data/train/[!a].csv", ["train/b.csv"]),
        ("data/train/?.csv", ["train/a.csv", "train/b.csv"]),
        ("data/train/*/*.csv", ["train/year=2023/d.csv", "train/year=2024/c.csv"]),
        ("data/train/year=*", ["train/year=2023/d.csv", "train/year=2024/c.csv"]),
        ("data/train/**/*.csv", [*HERE, "train/year=2023/d.csv", "train/year=2024/c.csv"]),
        ("data/other/**", ["other/a.parquet", "other/deep/er/b.parquet"]),
        ("data/*/*.parquet", ["other/a.parquet"]),
        ("data/train/.h*.csv", ["train/.hidden.csv"]),
    ],
)  # fmt: skip
def test_what_a_path_stands_for(tree: Path, shown: str, expected: list[str]) -> None:
    assert names(tree, shown) == expected


def test_a_name_that_is_there_is_no_pattern(tree: Path) -> None:
    (tree / "data" / "train" / "[ab].csv").write_text("a\n1\n")
    (tree / "data" / "x*").mkdir()
    (tree / "data" / "x*" / "1.csv").write_text("a\n1\n")
    (tree / "data" / "xy").mkdir()
    (tree / "data" / "xy" / "2.csv").write_text("a\n1\n")
    assert names(tree, "data/train/[ab].csv") == ["train/[ab].csv"]
    assert names(tree, "data/x*") == ["x*/1.csv"]
    assert names(tree, "data/x*/*.csv") == ["x*/1.csv"]


def test_a_pattern_at_the_top(tree: Path) -> None:
    parts = parts_of(tree / "data" / "*.csv", "*.csv")
    assert [parts.told(path) for path in parts.paths] == ["single.csv"]


@pytest.mark.parametrize(
    ("shown", "message"),
    [
        ("data/nothing.csv", "data/nothing.csv: no such file"),
        ("data/none/*.csv", "data/none/*.csv: no file matches"),
        ("data/train/*.jsonl", "data/train/*.jsonl: no file matches"),
        ("data/single.csv/*.csv", "data/single.csv/*.csv: no such file"),
        ("data/empty", "data/empty: no data file is in this folder"),
    ],
)
def test_nothing_there(tree: Path, shown: str, message: str) -> None:
    (tree / "data" / "empty").mkdir()
    (tree / "data" / "empty" / ".gitkeep").touch()
    with pytest.raises(ConfigError) as caught:
        parts_of(tree / shown, shown)
    assert caught.value.message.startswith(message)
    assert caught.value.hint
    assert not is_there(tree / shown)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("customer=ola@example.org/a.csv", "customer=.../a.csv"),
        ("customer=ola%40example.org/a.csv", "customer=.../a.csv"),
        ("year=2024/id=12345678901/a.csv", "year=2024/id=.../a.csv"),
        ("year=2024/month=05/a.csv", "year=2024/month=05/a.csv"),
        ("day=2024-05-01/a.csv", "day=2024-05-01/a.csv"),
        ("day=20240501/a.csv", "day=20240501/a.csv"),
    ],
)
def test_the_value_of_a_folder_is_not_quoted_where_it_may_be_a_person_s(
    tmp_path: Path, name: str, shown: str
) -> None:
    (tmp_path / "tr" / name).parent.mkdir(parents=True)
    (tmp_path / "tr" / name).write_text("a\n1\n")
    parts = parts_of(tmp_path / "tr", "tr")
    assert [parts.told(each) for each in parts.paths] == [f"tr/{shown}"]
    assert [parts.name(each) for each in parts.paths] == [name]


def test_one_kind_of_file_alone(tree: Path) -> None:
    (tree / "data" / "train" / "x.csv.gz").touch()
    with pytest.raises(
        InputError, match=r"^data/train/x.csv.gz: a .csv.gz file, and data/train/a.csv is .csv"
    ):
        parts_of(tree / "data/train", "data/train")
    (tree / "data" / "train" / "x.csv.gz").unlink()
    (tree / "data" / "train" / "notes.txt").touch()
    with pytest.raises(InputError, match=r"^data/train/notes.txt: no data file, in a folder of data"):
        parts_of(tree / "data/train", "data/train")
    assert names(tree, "data/train/*.csv") == ["train/a.csv", "train/b.csv"]
    with pytest.raises(InputError, match=r"^data/train/notes.txt: unknown kind of file"):
        parts_of(tree / "data/train/*", "data/train/*")
    assert is_there(tree / "data/train")


@pytest.mark.parametrize(("name", "kind"), [("_delta_log", "Delta"), (".hoodie", "Hudi")])
def test_tables_whose_folder_holds_deleted_rows(tree: Path, name: str, kind: str) -> None:
    (tree / "data" / "other" / name).mkdir()
    with pytest.raises(InputError, match=f"^data/other: a {kind} table"):
        parts_of(tree / "data/other", "data/other")


@pytest.mark.parametrize("shown", ["data/train", "data/train/*.csv", "data/train/**/*.csv"])
@pytest.mark.parametrize("target", ["../../../secret.csv", "a.csv", "nowhere.csv"])
def test_a_part_is_never_a_link(tree: Path, shown: str, target: str) -> None:
    (tree.parent / "secret.csv").write_text("a\n1\n")
    (tree / "data" / "train" / "link.csv").symlink_to(target)
    with pytest.raises(TrustError, match=r"^data/train/link.csv: a link") as caught:
        parts_of(tree / shown, shown)
    assert caught.value.hint


@pytest.mark.parametrize("shown", ["data/train", "data/train/*/*.csv", "data/train/**/*.csv"])
def test_nor_is_the_folder_of_one(tree: Path, shown: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "z.csv").write_text("a\n1\n")
    (tree / "data" / "train" / "year=2025").symlink_to(outside)
    with pytest.raises(TrustError, match=r"^data/train/year=2025: a link"):
        parts_of(tree / shown, shown)


def test_parts_stay_inside_a_root(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    parts = parts_of(tree / "data/train", "data/train")
    refuse_leaving(parts, tree)
    outside = tmp_path_factory.mktemp("outside")
    shutil.move(tree / "data", outside / "data")
    (tree / "data").symlink_to(outside / "data")
    led = parts_of(tree / "data/train", "data/train")
    assert led.paths == parts.paths
    with pytest.raises(TrustError, match=r"^data/train/a.csv: a symbolic link out of the repository"):
        refuse_leaving(led, tree)


def test_what_a_link_is_is_said(tree: Path) -> None:
    assert linked(tree / "data/train/a.csv", tree) == linked(tree / "no.csv", tree) == ""
    for name, target, said in (
        ("in.csv", "data/train/a.csv", "a symbolic link"),
        ("none.csv", "no.csv", "a symbolic link to nothing"),
        ("out.csv", "../no.csv", "a symbolic link out of the repository"),
        ("ring.csv", "ring.csv", "a symbolic link in a circle, which leads to no file"),
    ):
        (tree / name).symlink_to(target)
        assert linked(tree / name, tree) == said
    assert linked(tree / "ring.csv/x.csv", tree) == "a symbolic link in a circle, which leads to no file"
    assert linked(tree.parent / "x.csv", tree) == "outside the repository"


@pytest.mark.parametrize("shown", ["data/pipe.csv", "data/pipes", "data/pipes/*.csv"])
def test_a_fifo_is_told_and_never_opened(tree: Path, shown: str) -> None:
    os.mkfifo(tree / "data" / "pipe.csv")
    (tree / "data" / "pipes").mkdir()
    os.mkfifo(tree / "data" / "pipes" / "pipe.csv")
    with pytest.raises(InputError, match=r"pipe.csv: a FIFO, not a file"):
        parts_of(tree / shown, shown)


def test_a_device_is_no_file() -> None:
    with pytest.raises(InputError, match=r"^data/zero.csv: a device, not a file"):
        parts_of(Path("/dev/zero"), "data/zero.csv")


def test_a_part_of_which_only_the_dvc_file_is_here_is_one(tree: Path) -> None:
    for name in ("train/a.csv.dvc", "train/z.csv.dvc"):
        (tree / "data" / name).write_text("outs: []")
    assert names(tree, "data/train/*.csv") == ["train/a.csv", "train/b.csv", "train/z.csv"]
    assert "train/z.csv" in names(tree, "data/train")


def test_the_digest_of_one_file_is_the_file_s(tree: Path) -> None:
    data = (tree / "data/single.csv").read_bytes()
    expected = (len(data), hashlib.sha256(data).hexdigest())
    assert digest_of(parts_of(tree / "data/single.csv", "x")) == expected


def test_the_digest_of_many_is_that_of_their_names_and_contents_alone(tree: Path, tmp_path: Path) -> None:
    parts = parts_of(tree / "data/train", "data/train")
    size, digest = digest_of(parts)
    assert size == sum(path.stat().st_size for path in parts.paths)
    shutil.copytree(tree / "data/train", tmp_path / "elsewhere")
    assert digest_of(parts_of(tmp_path / "elsewhere", "x")) == (size, digest)
    assert digest_of(parts_of(tmp_path / "elsewhere/**/*.csv", "x")) == (size, digest)
    (tmp_path / "elsewhere" / "year=2024").rename(tmp_path / "elsewhere" / "year=2025")
    assert digest_of(parts_of(tmp_path / "elsewhere", "x"))[1] != digest
    (tmp_path / "elsewhere" / "year=2025").rename(tmp_path / "elsewhere" / "year=2024")
    (tmp_path / "elsewhere" / "a.csv").write_text("a\ntrain/b.csv\n")
    assert digest_of(parts_of(tmp_path / "elsewhere", "x"))[1] != digest


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="no sha256sum here")
def test_it_is_what_sha256sum_says(tree: Path) -> None:
    (tree / "data" / "train" / "new\nline.csv").write_text("a\n1\n")
    parts = parts_of(tree / "data/train", "data/train")
    names = [parts.name(path) for path in parts.paths]
    done = subprocess.run(
        ["sha256sum", "--zero", "--", *names], cwd=parts.base, capture_output=True, check=True
    )
    assert digest_of(parts)[1] == hashlib.sha256(done.stdout).hexdigest()
