"""Packages are read from files as text, in bounds, and nothing in them is believed without a look."""

from __future__ import annotations

import io
import json
import tarfile
from typing import TYPE_CHECKING

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from mlops_actions.adapters.containers import inventory
from mlops_actions.adapters.containers.docker.inventory import read_archive
from mlops_actions.adapters.containers.package_metadata import locked_hashes, os_release, python_package
from mlops_actions.adapters.containers.process.inventory import environment_inventory
from mlops_actions.adapters.sbom import bill_of_materials
from mlops_actions.errors import ContainerError

if TYPE_CHECKING:
    from pathlib import Path

SITE = "usr/lib/python3.12/site-packages"
METADATA = b"Name: Some_Package\nVersion: 1.2.3\nLicense-Expression: MIT\n\nText\nName: other\n"
OLD = b"Name: old\nVersion: 0.1\nClassifier: License :: OSI Approved :: MIT License\n"
DPKG = b"""\
Package: zlib1g
Status: install ok installed
Architecture: amd64
Version: 1:1.2.13.dfsg-1
Description: library
 that goes on
Depends: libc6

Package: gone
Status: deinstall ok config-files
Version: 1

Package: bad name!
Status: install ok installed
Version: 1
"""
APK = b"C:Q1abc=\nP:musl\nV:1.2.5-r0\nA:x86_64\nL:MIT\n\nP:busybox\nV:1.36.1-r29\nA:x86_64\nL:GPL-2.0-only\n"


def archive(files: dict[str, bytes], *more: tarfile.TarInfo) -> io.BytesIO:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as tar:
        for entry in more:
            tar.addfile(entry)
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    made.seek(0)
    return made


FILES = {
    f"{SITE}/some_package-1.2.3.dist-info/METADATA": METADATA,
    f"{SITE}/some_package-1.2.3.dist-info/RECORD": b"some.py,sha256=x,1\n",
    f"{SITE}/old.egg-info/PKG-INFO": OLD,
    f"{SITE}/bad.dist-info/METADATA": b"Name: \xff\xfe<b>\nVersion: 1\n",
    "var/lib/dpkg/status": DPKG,
    "etc/os-release": b'NAME="Debian"\nID=debian\nVERSION_ID="12"\n',
}


def test_what_an_image_holds() -> None:
    found = read_archive(archive(FILES), "sha256:1")
    assert [(each.kind, each.name, each.version, each.licence) for each in found.packages] == [
        ("deb", "zlib1g", "1:1.2.13.dfsg-1", ""),
        ("pypi", "old", "0.1", "MIT License"),
        ("pypi", "some-package", "1.2.3", "MIT"),
    ]
    assert (found.system, found.unreadable) == (("debian", "12"), 2)
    assert [bool(each.record_sha256) for each in found.packages] == [False, False, True]


def test_an_alpine_image() -> None:
    found = read_archive(
        archive({"lib/apk/db/installed": APK, "etc/os-release": b"ID=alpine\nVERSION_ID=3.20\n"}), ""
    )
    assert [(each.kind, each.name, each.licence, each.architecture) for each in found.packages] == [
        ("apk", "busybox", "GPL-2.0-only", "x86_64"),
        ("apk", "musl", "MIT", "x86_64"),
    ]


def special(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = kind, target
    return entry


def test_nothing_is_written_and_no_link_is_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = read_archive(
        archive(
            {"../../escape/x.dist-info/METADATA": METADATA, "/abs/y.dist-info/METADATA": METADATA},
            special("var/lib/dpkg/status", tarfile.SYMTYPE, "/etc/passwd"),
            special(f"{SITE}/z.dist-info/METADATA", tarfile.LNKTYPE, "etc/passwd"),
            special(f"{SITE}/p.dist-info/METADATA", tarfile.FIFOTYPE),
        ),
        "",
    )
    assert len(found.packages) == 1  # the same package twice, by two names
    assert list(tmp_path.iterdir()) == []


def test_it_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ContainerError, match="too many files to list"):
        read_archive(archive(FILES), "", seconds=-1)
    monkeypatch.setattr(inventory, "MAX_DATABASE", 100)
    with pytest.raises(ContainerError, match="var/lib/dpkg/status has more than 100 bytes"):
        read_archive(archive({"var/lib/dpkg/status": DPKG}), "")
    monkeypatch.setattr(inventory, "MAX_PACKAGES", 1)
    with pytest.raises(ContainerError, match="more than 1 packages"):
        read_archive(archive({"lib/apk/db/installed": APK, f"{SITE}/a.dist-info/METADATA": METADATA}), "")


def test_a_cut_archive_is_an_error() -> None:
    whole = archive(FILES).getvalue()
    with pytest.raises((tarfile.TarError, OSError)):
        read_archive(io.BytesIO(whole[:900]), "")


@pytest.mark.parametrize(
    "text", [b"", b"Name: a\n", b"Version: 1\n", b"Name: a b\nVersion: 1\n", b"Name: a\nVersion: 1;rm -rf\n"]
)
def test_metadata_that_names_nothing_is_no_package(text: bytes) -> None:
    assert python_package(text) is None


def test_a_licence_s_whole_text_is_none() -> None:
    found = python_package(b"Name: a\nVersion: 1\nLicense: " + b"words " * 100 + b"\n")
    assert found is not None
    assert found.licence == ""
    assert os_release(b"ID=<b>\nVERSION_ID=$(x)\n") == ("", "")


def environment(folder: Path) -> Path:
    site = folder / "lib" / "python3.12" / "site-packages" / "some_package-1.2.3.dist-info"
    site.mkdir(parents=True)
    (site / "METADATA").write_bytes(METADATA)
    (site / "RECORD").write_bytes(b"x")
    return folder


def test_a_locked_environment_has_the_lock_s_hashes(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.txt"
    lock.write_text(
        f"Some.Package==1.2.3 ; python_version > '3' \\\n    --hash=sha256:{'a' * 64}\n# other==1\n"
    )
    found = environment_inventory(environment(tmp_path / "env"), lock)
    assert [each.hashes for each in found.packages] == [("a" * 64,)]
    assert found.of.startswith("sha256:")
    document = json.loads(bill_of_materials(found, container=False, tool_version="1"))
    (component,) = document["components"]
    assert component["hashes"] == [{"alg": "SHA-256", "content": "a" * 64}]
    assert component["licenses"] == [{"license": {"id": "MIT"}}]
    assert locked_hashes(b"a==1 --hash=sha256:short\n") == {("a", "1"): ()}


def test_metadata_behind_a_link_is_not_read(tmp_path: Path) -> None:
    made = environment(tmp_path / "env")
    (place,) = made.glob("lib/*/*/*/METADATA")
    place.unlink()
    place.symlink_to("/etc/passwd")
    with pytest.raises(ContainerError, match="METADATA of some_package"):
        environment_inventory(made, None)


def test_the_bill_is_valid_and_the_same_every_time() -> None:
    found = read_archive(archive(FILES), "sha256:1")
    text = bill_of_materials(found, container=True, tool_version="1.2.3")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    again = read_archive(archive(dict(reversed(FILES.items()))), "sha256:1")
    assert text == bill_of_materials(again, container=True, tool_version="1.2.3")
    document = json.loads(text)
    assert "timestamp" not in document["metadata"]
    assert document["metadata"]["component"]["version"] == "sha256:1"
    assert document["metadata"]["properties"] == [{"name": "mlops-actions:unreadable-packages", "value": "2"}]
    assert sorted(each["purl"] for each in document["components"]) == (
        ["pkg:deb/debian/zlib1g@1:1.2.13.dfsg-1?arch=amd64&distro=debian-12", "pkg:pypi/old@0.1",
         "pkg:pypi/some-package@1.2.3"]
    )  # fmt: skip
    other = read_archive(
        archive({**FILES, f"{SITE}/new.dist-info/METADATA": b"Name: new\nVersion: 1\n"}), "sha256:1"
    )
    assert (
        json.loads(bill_of_materials(other, container=True, tool_version="1.2.3"))["serialNumber"]
        != (document["serialNumber"])
    )
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text.replace('"library"', '"nonsense"'))
