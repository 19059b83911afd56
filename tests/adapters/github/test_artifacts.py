"""Baseline artifacts: whose they are, that the token stays home, and that a zip is not believed."""

from __future__ import annotations

import base64
import io
import stat
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from mlops_actions.adapters.github.archive import ArchiveLimits, unpack
from mlops_actions.errors import GitHubError, TrustError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mlops_actions.adapters.github.client import GitHubClient
    from tests.github_double import GitHubDouble

REPOSITORY = "org/consumer"
BASE, OTHER = "a" * 40, "c" * 40
NAME = "mlops-baseline"


def seed(double: GitHubDouble, runs: list[dict[str, Any]], artifacts: list[dict[str, Any]]) -> None:
    runs = [{"head_sha": BASE, **run} for run in runs]
    artifacts = [{"name": NAME, "files": {"a/model.txt": f"model {a['id']}"}, **a} for a in artifacts]
    double.seed({"repositories": {REPOSITORY: {"runs": runs, "artifacts": artifacts}}})


class TestLatest:
    def test_newest_of_the_branch(self, seeded: GitHubDouble, client: GitHubClient) -> None:
        seed(
            seeded,
            [{"id": 5}, {"id": 6, "conclusion": "failure"}],
            [{"id": 1, "run_id": 5}, {"id": 2, "run_id": 6}],
        )
        found = client.latest_artifact(NAME, "main")
        assert found is not None
        assert (found.id, found.run_id, found.run_conclusion, found.head_sha) == (2, 6, "failure", BASE)
        assert found.digest.startswith("sha256:")
        assert found.workflow_path == ".github/workflows/mlops.yml"

    @pytest.mark.parametrize(
        "run",
        [
            {"head_branch": "better"},
            {"head_repository": "fork/consumer"},  # a fork's main is not our main
            {"event": "pull_request"},
            {"head_repository": "fork/consumer", "event": "pull_request"},
        ],
    )
    def test_runs_of_others_do_not_count(
        self, seeded: GitHubDouble, client: GitHubClient, run: dict[str, Any]
    ) -> None:
        seed(seeded, [{"id": 5}, {"id": 6, **run}], [{"id": 1, "run_id": 5}, {"id": 2, "run_id": 6}])
        found = client.latest_artifact(NAME, "main")
        assert found is not None
        assert found.id == 1

    def test_expired_and_other_names_and_commits(self, seeded: GitHubDouble, client: GitHubClient) -> None:
        runs: list[dict[str, Any]] = [{"id": 5}, {"id": 6, "head_sha": OTHER}]
        artifacts: list[dict[str, Any]] = [
            {"id": 1, "run_id": 5},
            {"id": 2, "run_id": 6},
            {"id": 3, "run_id": 5, "expired": True},
            {"id": 4, "run_id": 5, "name": "logs"},
        ]
        seed(seeded, runs, artifacts)
        newest = client.latest_artifact(NAME, "main")
        of_base = client.latest_artifact(NAME, "main", head_sha=BASE)
        assert newest is not None
        assert of_base is not None
        assert (newest.id, of_base.id) == (2, 1)
        assert client.latest_artifact("nothing", "main") is None

    def test_behind_a_page_of_other_artifacts(self, seeded: GitHubDouble, client: GitHubClient) -> None:
        more = [{"id": n, "run_id": 6} for n in range(2, 122)]
        seed(seeded, [{"id": 5}, {"id": 6, "head_branch": "x"}], [{"id": 1, "run_id": 5}, *more])
        found = client.latest_artifact(NAME, "main")
        assert found is not None
        assert found.id == 1


class TestDownload:
    def test_files_are_written(self, seeded: GitHubDouble, client: GitHubClient, tmp_path: Path) -> None:
        """The double notes a violation if the blob store sees the token."""
        seed(
            seeded, [{"id": 5}], [{"id": 1, "run_id": 5, "files": {"a/model.txt": "m", "results.json": "{}"}}]
        )
        written = client.download_artifact(1, tmp_path / "baseline")
        assert [path.relative_to(tmp_path).as_posix() for path in written] == [
            "baseline/a/model.txt",
            "baseline/results.json",
        ]
        assert written[0].read_text() == "m"

    def test_only_what_is_asked_for_is_written(
        self, seeded: GitHubDouble, client: GitHubClient, tmp_path: Path
    ) -> None:
        files = {"a/model.txt": "m", "score.json": "{}"}
        seed(seeded, [{"id": 5}], [{"id": 1, "run_id": 5, "files": files}])
        assert client.download_artifact(1, tmp_path / "in", only={"score.json"}) == (
            tmp_path / "in" / "score.json",
        )
        assert [path.name for path in (tmp_path / "in").iterdir()] == ["score.json"]

    @pytest.mark.parametrize("path", ["*/zip", "/_double/blobs/*"])
    def test_passing_errors_are_retried(
        self, seeded: GitHubDouble, client: GitHubClient, clock: Any, tmp_path: Path, path: str
    ) -> None:
        seed(seeded, [{"id": 5}], [{"id": 1, "run_id": 5}])
        seeded.fault(path=path, status=503)
        assert len(client.download_artifact(1, tmp_path)) == 1
        assert clock.naps == [1.0]

    def test_expired_or_unknown(self, seeded: GitHubDouble, client: GitHubClient, tmp_path: Path) -> None:
        seed(seeded, [{"id": 5}], [{"id": 1, "run_id": 5, "expired": True}])
        with pytest.raises(GitHubError, match="it has expired") as caught:
            client.download_artifact(1, tmp_path)
        assert "push workflow" in caught.value.hint
        with pytest.raises(GitHubError, match="404 Not Found"):
            client.download_artifact(2, tmp_path)

    def test_bytes_of_another_digest(
        self, seeded: GitHubDouble, client: GitHubClient, tmp_path: Path
    ) -> None:
        seed(seeded, [{"id": 5}], [{"id": 1, "run_id": 5, "digest": f"sha256:{'0' * 64}"}])
        with pytest.raises(GitHubError, match=r"its bytes have sha256:\w{64}, GitHub says sha256:000"):
            client.download_artifact(1, tmp_path / "x")
        assert not (tmp_path / "x").exists()

    def test_larger_than_allowed(
        self, seeded: GitHubDouble, make_client: Callable[..., GitHubClient], tmp_path: Path
    ) -> None:
        seed(seeded, [{"id": 5}], [{"id": 1, "run_id": 5}])
        with pytest.raises(GitHubError, match=r"artifact mlops-baseline \(1\): \d+ bytes, allowed 10"):
            make_client(limits=ArchiveLimits(packed=10)).download_artifact(1, tmp_path)

    def test_redirect_to_an_unsafe_scheme(
        self, seeded: GitHubDouble, client: GitHubClient, tmp_path: Path
    ) -> None:
        seed(seeded, [{"id": 5}], [{"id": 1, "run_id": 5}])
        seeded.fault(path="*/zip", status=302, headers={"location": "file:///etc/hostname"})
        with pytest.raises(GitHubError, match="scheme 'file', allowed https"):
            client.download_artifact(1, tmp_path)

    def test_hostile_archive_of_an_artifact(
        self, seeded: GitHubDouble, client: GitHubClient, tmp_path: Path
    ) -> None:
        archive = base64.b64encode(zipped(("../evil", b"x"))).decode()
        seed(seeded, [{"id": 5}], [{"id": 1, "run_id": 5, "zip_base64": archive}])
        with pytest.raises(TrustError, match="leaves its folder"):
            client.download_artifact(1, tmp_path / "in")
        assert not (tmp_path / "evil").exists()


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, data in members:
            archive.writestr(member, data)
    return buffer.getvalue()


def special(name: str, kind: int) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name)
    member.create_system = 3
    member.external_attr = (kind | 0o777) << 16
    return member


class TestUnpack:
    @pytest.mark.parametrize(
        ("data", "message"),
        [
            (zipped(("../x", b"")), "leaves its folder"),
            (zipped(("a/../../x", b"")), "leaves its folder"),
            (zipped(("/etc/x", b"")), "leaves its folder"),
            (zipped(("a\\..\\x", b"")), "leaves its folder"),
            (zipped(("C:x", b"")), "names a drive"),
            (zipped((special("link", stat.S_IFLNK), b"/etc/passwd")), "link or a device"),
            (zipped((special("pipe", stat.S_IFIFO), b"")), "link or a device"),
            (zipped(("a", b"1"), ("./a", b"2")), "same file twice"),
            (zipped(("a", b"1"), ("a/b", b"2")), "collides with a file"),
            (zipped(("there", b"1")), "collides with a file"),
            (zipped(*((f"f{n}", b"") for n in range(6))), "6 files, allowed 5"),
            (zipped(("bomb", b"\0" * 5_000)), "more than the allowed size"),
            (zipped(("a", b"\0" * 600), ("b", b"\0" * 600)), "more than the allowed size"),
            (b"not a zip", "not a readable zip"),
            (zipped(("a", b"abc" * 99))[:60], "not a readable zip"),
            (zipped(("a", b"abc" * 99)).replace(b"KLJN", b"\xff\xff\xff\xff"), "not a readable zip"),
        ],
        ids=range(16),  # bytes hold the time of day: two workers would not agree on a name
    )
    def test_refused(self, tmp_path: Path, data: bytes, message: str) -> None:
        (tmp_path / "out").mkdir()
        (tmp_path / "out" / "there").write_text("mine")
        (tmp_path / "in.zip").write_bytes(data)
        with pytest.raises(TrustError, match=message):
            unpack(tmp_path / "in.zip", tmp_path / "out", ArchiveLimits(unpacked=1_000, members=5))
        assert (tmp_path / "out" / "there").read_text() == "mine"
        assert {path.name for path in tmp_path.iterdir()} == {"in.zip", "out"}

    def test_link_that_lies_in_the_target_is_not_followed(self, tmp_path: Path) -> None:
        (tmp_path / "out").mkdir()
        (tmp_path / "out" / "a").symlink_to(tmp_path / "elsewhere")
        (tmp_path / "in.zip").write_bytes(zipped(("a", b"x")))
        with pytest.raises(TrustError, match="collides"):
            unpack(tmp_path / "in.zip", tmp_path / "out", ArchiveLimits())
        assert not (tmp_path / "elsewhere").exists()

    def test_folders_and_exact_limit(self, tmp_path: Path) -> None:
        (tmp_path / "in.zip").write_bytes(zipped(("d/", b""), ("d/a", b"12345"), ("d/e/b", b"67890")))
        written = unpack(tmp_path / "in.zip", tmp_path / "out", ArchiveLimits(unpacked=10, members=2))
        assert [path.read_bytes() for path in written] == [b"12345", b"67890"]
