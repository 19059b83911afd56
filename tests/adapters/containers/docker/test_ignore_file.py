"""What .dockerignore leaves out, whoever wrote it and however."""

from __future__ import annotations

import io
import tarfile
import time
from pathlib import Path

import pytest

from mlops_actions.adapters.containers.docker.ignore_file import read_ignored
from mlops_actions.adapters.containers.docker.images import write_context
from mlops_actions.adapters.containers.exclusion import Exclusion
from mlops_actions.adapters.containers.job import BuildSpec
from mlops_actions.errors import ConfigError

FILES = ("Dockerfile", "a.py", "data/a.csv", "data/deep/b.csv", "notes/read.md", "tests/a.py")


def in_context(folder: Path, text: str, name: str = ".dockerignore") -> set[str]:
    for each in FILES:
        (folder / each).parent.mkdir(parents=True, exist_ok=True)
        (folder / each).write_text(each)
    (folder / name).write_text(text)
    archive = io.BytesIO()
    write_context(folder, BuildSpec(), Exclusion(()), archive)
    archive.seek(0)
    with tarfile.open(fileobj=archive) as tar:
        return {each.name for each in tar if each.isfile()} - {".dockerignore", "Dockerfile"}


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("", {"a.py", "data/a.csv", "data/deep/b.csv", "notes/read.md", "tests/a.py"}),
        ("# data\n\n*\n!a.py", {"a.py"}),
        ("/data/\n./notes\n", {"a.py", "tests/a.py"}),
        ("**/*.py", {"data/a.csv", "data/deep/b.csv", "notes/read.md"}),
        ("*.py\ndata/*.csv", {"data/deep/b.csv", "notes/read.md", "tests/a.py"}),
        ("*\n!data\ndata/deep", {"data/a.csv"}),
        ("*\n!data/deep", {"data/deep/b.csv"}),
        ("data/../notes\n", {"a.py", "data/a.csv", "data/deep/b.csv", "tests/a.py"}),
        ("Dockerfile\n.dockerignore\n[a-d]*\n", {"notes/read.md", "tests/a.py"}),
    ],
)
def test_what_docker_leaves_out_is_left_out(tmp_path: Path, text: str, kept: set[str]) -> None:
    assert in_context(tmp_path, text) == kept


def test_the_dockerfile_s_own_goes_first(tmp_path: Path) -> None:
    (tmp_path / ".dockerignore").write_text("*\n")
    seen = in_context(tmp_path, "data\nnotes\n", "Dockerfile.dockerignore")
    assert seen == {"a.py", "tests/a.py", "Dockerfile.dockerignore"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"data\n\xff\xfe*.bin\n", r"\.dockerignore:2: byte 0xff is not UTF-8"),
        (b"a\n" * 600_000, r"\.dockerignore: more than 1,048,576 bytes"),
        (b"a\n" * 20_000, r"\.dockerignore: more than 10,000 patterns"),
        (b"ok\n[a\n", r"\.dockerignore:2: a \[ without its \]"),
    ],
)
def test_what_cannot_be_read_is_told_in_a_sentence(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / ".dockerignore").write_bytes(content)
    with pytest.raises(ConfigError, match=said):
        read_ignored(tmp_path, "Dockerfile")


@pytest.mark.parametrize("target", ["/dev/zero", "/proc/kmsg", "inside"])
def test_a_link_is_not_followed(tmp_path: Path, target: str) -> None:
    """One out of the repository tells its build what a file of the machine holds, or never ends."""
    (tmp_path / "inside").write_text("data\n")
    (tmp_path / ".dockerignore").symlink_to(Path(target))
    with pytest.raises(ConfigError, match=r"\.dockerignore: a symbolic link"):
        read_ignored(tmp_path, "Dockerfile")


def test_no_pattern_makes_the_build_wait(tmp_path: Path) -> None:
    began = time.process_time()
    (tmp_path / ("a" * 120)).write_text("")
    assert ("a" * 120) in in_context(tmp_path, "*a" * 40 + "b\n" + "**a" * 40 + "b\n")
    assert time.process_time() - began < 2
