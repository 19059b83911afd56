"""Folders in archives: what goes in is reproducible, what comes out is not trusted."""

from __future__ import annotations

import io
import tarfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_actions.adapters.containers.kubernetes.archive import TooLargeError, check_whole, pack, unpack
from mlops_actions.errors import ContainerError, TrustError

if TYPE_CHECKING:
    from pathlib import Path

LIMIT = 10_000


def made(*members: tuple[str, bytes, bytes]) -> io.BytesIO:
    """An archive of (name, type, content or link's target)."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, kind, content in members:
            entry = tarfile.TarInfo(name)
            entry.type = kind
            if kind == tarfile.REGTYPE:
                entry.size = len(content)
            else:
                entry.linkname = content.decode()
            tar.addfile(entry, io.BytesIO(content))
    out.seek(0)
    return out


def folders(path: Path) -> dict[str, Path]:
    kinds = {name: path / name for name in ("model", "output")}
    for each in kinds.values():
        each.mkdir()
    return kinds


def test_what_is_packed_is_unpacked_and_the_same_each_time(tmp_path: Path) -> None:
    (tmp_path / "b.csv").write_bytes(b"rows\n")
    archives = [io.BytesIO(), io.BytesIO()]
    for each in archives:
        pack({"model/deep/b.csv": tmp_path / "b.csv", "model/a": tmp_path / "b.csv"}, each)
    assert archives[0].getvalue() == archives[1].getvalue()
    check_whole(archives[0])
    unpack(archives[0], folders(tmp_path), LIMIT)
    assert (tmp_path / "model/deep/b.csv").read_bytes() == b"rows\n"


@pytest.mark.parametrize("name", ["../x", "model/../../x", "/etc/x", "model/" + "d/" * 600 + "x"])
def test_a_name_that_leads_out_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(TrustError, match="leads out"):
        unpack(made((name, tarfile.REGTYPE, b"x")), folders(tmp_path), LIMIT)
    assert [each.name for each in tmp_path.rglob("x")] == []


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
def test_only_files_and_folders_come_out(tmp_path: Path, kind: bytes) -> None:
    places = folders(tmp_path)
    unpack(made(("output/data/x", kind, b"/etc/passwd")), places, LIMIT)
    assert list(places["output"].rglob("x")) == []
    with pytest.raises(TrustError, match="no regular file"):
        unpack(made(("model/x", kind, b"/etc/passwd")), places, LIMIT)


def test_a_file_named_twice_does_not_write_through_the_first(tmp_path: Path) -> None:
    beside = tmp_path / "beside"
    beside.write_text("mine")
    places = folders(tmp_path)
    (places["model"] / "x").symlink_to(beside)
    unpack(made(("model/x", tarfile.REGTYPE, b"theirs")), places, LIMIT)
    assert beside.read_text() == "mine"
    assert not (places["model"] / "x").is_symlink()


def test_what_is_named_otherwise_is_not_taken(tmp_path: Path) -> None:
    unpack(made(("beside/x", tarfile.REGTYPE, b"x")), folders(tmp_path), LIMIT)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["model", "output"]


def test_more_than_the_limit_is_not_taken(tmp_path: Path) -> None:
    half = b"x" * (LIMIT // 2 + 1)
    with pytest.raises(TooLargeError):
        unpack(
            made(("model/a", tarfile.REGTYPE, half), ("model/b", tarfile.REGTYPE, half)),
            folders(tmp_path),
            LIMIT,
        )


def test_a_hole_counts_as_what_it_stands_for(tmp_path: Path) -> None:
    """A sparse file of a terabyte is a few bytes on its way."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
        entry = tarfile.TarInfo("model/hole")
        entry.pax_headers = {
            "GNU.sparse.major": "0",
            "GNU.sparse.minor": "1",
            "GNU.sparse.name": "model/hole",
            "GNU.sparse.size": str(2**40),
            "GNU.sparse.map": f"{2**40},0",
        }
        tar.addfile(entry)
    out.seek(0)
    with pytest.raises(TooLargeError):
        unpack(out, folders(tmp_path), LIMIT)


@given(cut=st.integers(1, 3000))
def test_an_archive_that_was_cut_is_told(cut: int) -> None:
    whole = made(("model/x", tarfile.REGTYPE, b"x" * 3000)).getvalue()[:5120]
    check_whole(io.BytesIO(whole))
    with pytest.raises(ContainerError, match="did not come whole"):
        check_whole(io.BytesIO(whole[:-cut].rstrip(b"\0")))


def test_what_is_no_archive_is_told(tmp_path: Path) -> None:
    with pytest.raises(ContainerError, match="cannot be read"):
        unpack(io.BytesIO(b"<html>" * 1000), folders(tmp_path), LIMIT)
