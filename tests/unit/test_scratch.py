"""Folders for temporary files: on the list before they are made, gone at the end."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mlops_actions import scratch

PROGRAM = """
import os, sys
from pathlib import Path
from mlops_actions import scratch
folder = scratch.new_folder("x-", Path(sys.argv[1]))
(folder / "file").write_text("")
if not os.fork():
    sys.exit(0)
os.wait()
print(folder.is_dir())
"""


def test_a_folder_goes_with_its_block_or_its_process(tmp_path: Path) -> None:
    with scratch.scratch("x-", tmp_path) as folder:
        assert folder.parent == tmp_path
        assert folder.name.startswith("x-")
        assert folder.stat().st_mode & 0o777 == 0o700
        (folder / "file").write_text("")
    assert list(tmp_path.iterdir()) == []
    command = [sys.executable, "-c", PROGRAM, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"  # a fork of it does not remove it
    assert list(tmp_path.iterdir()) == []


def test_an_interruption_right_after_it_is_made_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.mkdir

    def stopped(self: Path, mode: int) -> None:
        real(self, mode)
        raise KeyboardInterrupt

    monkeypatch.setattr("pathlib.Path.mkdir", stopped)
    with pytest.raises(KeyboardInterrupt):
        scratch.new_folder("x-", tmp_path)
    monkeypatch.undo()
    assert len(list(tmp_path.iterdir())) == 1
    scratch._remove_all()
    assert list(tmp_path.iterdir()) == []


def test_a_removal_that_is_interrupted_is_done_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    folder = scratch.new_folder("x-", tmp_path)
    monkeypatch.setattr("mlops_actions.scratch.remove_tree", stopped)
    with pytest.raises(KeyboardInterrupt):
        scratch.remove(folder)
    monkeypatch.undo()
    scratch._remove_all()
    assert list(tmp_path.iterdir()) == []


LEFT_BEHIND = """
import os, sys
from mlops_actions import scratch
folder = scratch.new_folder("mlops-actions-x-")
(folder / "large").write_text("")
os.utime(folder, (0, 0))
print(folder, flush=True)
if sys.argv[1] == "killed":
    os.kill(os.getpid(), 9)
sys.stdin.read()
"""


def test_what_a_killed_process_left_goes_with_the_next_one_and_nothing_else_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Gigabytes were left in /tmp by the kernel's killer for memory."""
    program = [sys.executable, "-c", LEFT_BEHIND]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        [*program, "lives"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as living:
        assert living.stdout is not None
        alive = Path(living.stdout.readline().strip())
        killed = subprocess.run(
            [*program, "killed"], check=False, stdout=subprocess.PIPE, text=True, env=environment
        )
        left = Path(killed.stdout.strip())
        others = [tmp_path / name for name in ("mlops-actions-flights", "x-0123456789abcdef")]
        open_to_all, young = tmp_path / "mlops-x-0123456789abcdef", tmp_path / "mlops-y-0123456789abcdef"
        for folder in (*others, open_to_all, young):
            folder.mkdir(mode=0o755 if folder == open_to_all else 0o700)
            os.utime(folder, None if folder == young else (0, 0))
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
        monkeypatch.setattr(scratch, "_MADE", {})
        assert left.is_dir()
        with scratch.scratch("mlops-z-"):
            assert not left.exists()
            assert all(folder.is_dir() for folder in (alive, *others, open_to_all, young))
        living.communicate("")
    assert not alive.exists()


def test_every_temporary_folder_of_the_package_is_on_the_list() -> None:
    package = Path(scratch.__file__).parent
    makers = re.compile(r"\b(mkdtemp|mkstemp|TemporaryDirectory)\((?!dir=folder_of\()")
    found = [path.name for path in package.rglob("*.py") if makers.search(path.read_text(encoding="utf-8"))]
    assert found == []
