"""An engine's archive of what untrusted code left: within its folder and its bytes, links never followed."""

from __future__ import annotations

import io
import stat
import tarfile
from typing import TYPE_CHECKING

import pytest

from mlops_actions.adapters.containers.docker.unpacked import BLOCK, TooLarge, packed, unpack
from mlops_actions.adapters.containers.docker.volumes import BLIND_SECONDS, VolumeGuard
from mlops_actions.adapters.containers.model_folder import read_model_folder
from mlops_actions.errors import TrustError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PLENTY = 2**20


def entry(name: str, kind: bytes = tarfile.REGTYPE, link: str = "", size: int = 0) -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.linkname, made.size, made.mode = kind, link, size, 0o7777
    return made


def chunks(*entries: tarfile.TarInfo, content: bytes = b"x") -> Iterator[bytes]:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for each in entries:
            tar.addfile(each, io.BytesIO(content * each.size))
    whole = out.getvalue()
    return (whole[at : at + 700] for at in range(0, len(whole), 700))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "model"
    made.mkdir()
    return made


def test_files_and_folders_arrive_without_odd_modes(folder: Path) -> None:
    found = chunks(
        entry("model", tarfile.DIRTYPE), entry("model/a", tarfile.DIRTYPE), entry("model/a/b", size=5)
    )
    assert unpack(found, folder, PLENTY) == 3 * BLOCK
    assert (folder / "a/b").read_bytes() == b"xxxxx"
    assert not (folder / "a/b").stat().st_mode & (stat.S_ISUID | stat.S_ISGID | stat.S_IWOTH)


@pytest.mark.parametrize("name", ["../evil", "model/../../evil", "/evil", "model/a/../../../evil"])
def test_no_name_leads_out(folder: Path, name: str) -> None:
    with pytest.raises(TrustError, match="leads out of it"):
        unpack(chunks(entry("model", tarfile.DIRTYPE), entry(name, size=1)), folder, PLENTY)
    assert [each.name for each in folder.parent.iterdir()] == ["model"]


def test_nothing_is_written_through_a_link(folder: Path) -> None:
    (folder.parent / "kept").mkdir()
    found = chunks(
        entry("model", tarfile.DIRTYPE),
        entry("model/a", tarfile.SYMTYPE, link="../kept"),
        entry("model/a/b", size=1),
    )
    with pytest.raises(TrustError, match="cannot be unpacked"):
        unpack(found, folder, PLENTY)
    assert list((folder.parent / "kept").iterdir()) == []


def test_a_file_in_a_link_s_place_is_not_followed(folder: Path) -> None:
    (folder.parent / "kept").write_text("mine")
    found = chunks(entry("model/a", size=1), entry("model/a", tarfile.SYMTYPE, link="../kept"))
    with pytest.raises(TrustError, match="cannot be unpacked"):
        unpack(found, folder, PLENTY)
    twice = chunks(entry("model/b", tarfile.SYMTYPE, link="../../kept"), entry("model/b", size=1))
    with pytest.raises(TrustError, match="cannot be unpacked"):
        unpack(twice, folder, PLENTY)
    assert (folder.parent / "kept").read_text() == "mine"


@pytest.mark.parametrize(
    ("kind", "word"), [(tarfile.SYMTYPE, "symbolic link"), (tarfile.FIFOTYPE, "named pipe")]
)
def test_a_link_is_judged_as_in_a_mounted_folder(folder: Path, kind: bytes, word: str) -> None:
    unpack(chunks(entry("model/a", kind, link="/etc/passwd")), folder, PLENTY)
    with pytest.raises(TrustError, match=f"model file a: a {word}"):
        read_model_folder(folder)


@pytest.mark.parametrize("kind", [tarfile.CHRTYPE, tarfile.BLKTYPE])
def test_a_device_is_refused(folder: Path, kind: bytes) -> None:
    with pytest.raises(TrustError, match="a device"):
        unpack(chunks(entry("model/sda", kind)), folder, PLENTY)
    assert list(folder.iterdir()) == []


def test_two_names_of_one_file_are_two_files(folder: Path) -> None:
    unpack(
        chunks(entry("model/a", size=3), entry("model/b", tarfile.LNKTYPE, link="model/a")), folder, PLENTY
    )
    assert (folder / "b").read_bytes() == b"xxx"
    assert (folder / "b").stat().st_nlink == 1


@pytest.mark.parametrize("link", ["/etc/passwd", "../kept", "model/none"])
def test_a_hard_link_to_elsewhere_is_refused(folder: Path, link: str) -> None:
    with pytest.raises(TrustError, match="link to a file that is not there"):
        unpack(chunks(entry("model/b", tarfile.LNKTYPE, link=link)), folder, PLENTY)


def test_more_than_allowed_is_told(folder: Path) -> None:
    with pytest.raises(TooLarge):
        unpack(chunks(*(entry(f"model/{at}", size=1) for at in range(11))), folder, 10 * BLOCK)
    with pytest.raises(TooLarge):
        unpack(chunks(entry("model/big", size=PLENTY + 1)), folder, PLENTY)
    assert not (folder / "big").exists()
    hard = (entry("model/h0", size=PLENTY // 2), entry("model/h1", tarfile.LNKTYPE, link="model/h0"))
    with pytest.raises(TooLarge):
        unpack(chunks(*hard), folder, PLENTY * 3 // 4)


def test_a_broken_archive_is_told(folder: Path) -> None:
    whole = b"".join(chunks(entry("model/a", size=5000)))
    with pytest.raises(TrustError, match="cannot be unpacked"):
        unpack(iter([whole[:2000]]), folder, PLENTY)
    with pytest.raises(TrustError, match="cannot be unpacked"):
        unpack(iter([b"no archive" * 100]), folder, PLENTY)


def test_what_is_packed_is_readable_and_owned(tmp_path: Path) -> None:
    secret = tmp_path / "rows.csv"
    secret.write_text("a\n")
    secret.chmod(0o600)
    out = io.BytesIO()
    packed([("input", None, 0), ("model", None, 65534), ("input/rows.csv", secret, 0)], out)
    out.seek(0)
    with tarfile.open(fileobj=out) as tar:
        found = {each.name: (each.uid, each.mode, each.mtime) for each in tar}
    assert found == {"input": (0, 0o755, 0), "model": (65534, 0o755, 0), "input/rows.csv": (0, 0o444, 0)}


class _Engine:
    """Answers /system/df in turn; an exception is raised."""

    def __init__(self, *answers: int | Exception) -> None:
        self.api = self
        self.answers = list(answers)
        self.asked = 0

    def _url(self, path: str) -> str:
        return path

    def _get(self, *_: object, **__: object) -> int | Exception:
        self.asked += 1
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def _result(self, answer: int | Exception, **_: object) -> dict[str, object]:
        if isinstance(answer, Exception):
            raise answer
        return {"Volumes": [{"Name": "a", "UsageData": {"Size": answer}}, {"Name": "b", "UsageData": None}]}


def guard(now: list[float], *answers: int | Exception) -> tuple[VolumeGuard, _Engine]:
    engine = _Engine(*answers)
    return VolumeGuard(engine, ("a",), 100, clock=lambda: now[0]), engine  # type: ignore[arg-type]  # a double


def test_volumes_are_looked_at_seldom_and_at_the_end() -> None:
    now = [0.0]
    made, engine = guard(now, 10, 101)
    assert not made.is_over()
    assert not made.is_over()
    assert engine.asked == 1
    assert made.ends_over()
    now[0] = 0.1
    assert made.is_over()
    assert engine.asked == 2


def test_an_engine_that_never_tells_is_no_yes() -> None:
    from docker.errors import APIError

    now = [0.0]
    made, _ = guard(now, APIError("a disk usage operation is already running"))
    assert not made.is_over()
    now[0] = BLIND_SECONDS + 1
    with pytest.raises(TrustError, match="does not tell how much"):
        made.is_over()


def test_one_busy_answer_is_no_end() -> None:
    from docker.errors import APIError

    now = [0.0]
    made, _ = guard(now, APIError("busy"), 101)
    assert not made.is_over()
    now[0] = 1.0
    assert made.is_over()
