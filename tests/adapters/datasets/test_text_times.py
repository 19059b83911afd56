"""Times in texts: microseconds, or nanoseconds where some text has them; never two different ones as one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from mlops_actions.adapters.datasets.scanner import DuckDBScanner
from mlops_actions.profile.needs import SharedRows

if TYPE_CHECKING:
    from pathlib import Path

SAMPLED = 20_480  # rows that DuckDB looks at
PLAIN = ("TIMESTAMP", "TIMESTAMP WITH TIME ZONE")
TIME = "2024-01-01 00:00:00"


def opened(folder: Path, name: str, values: list[str]) -> DuckDBScanner:
    path = folder / name
    if path.suffix == ".csv":
        path.write_text("n,t\n" + "".join(f"{at},{value}\n" for at, value in enumerate(values)))
    else:
        rows = ({"n": at, "t": value or None} for at, value in enumerate(values))
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return DuckDBScanner.open(path, name)


FORMS = pytest.mark.parametrize("name", ["x.csv", "x.jsonl"])


@FORMS
@pytest.mark.parametrize("zone", ["", "Z", "+02:00", "-05"])
def test_times_of_nanoseconds_are_told_apart(tmp_path: Path, name: str, zone: str) -> None:
    values = [f"{TIME}.000001{at:03d}{zone}" for at in range(300)]
    scanner = opened(tmp_path, name, values)
    assert scanner.types["t"] == "TIMESTAMP_NS"
    assert scanner.repeats(["t"]) == 0
    hour = {"+02:00": 22, "-05": 5}.get(zone, 0)
    assert scanner.ask("SELECT DISTINCT hour(t) FROM rows") == [(hour,)]


@FORMS
@pytest.mark.parametrize("usual", [TIME, "2024-01-01", f"{TIME}.5", ""])
def test_wherever_nanoseconds_stand(tmp_path: Path, name: str, usual: str) -> None:
    values = [usual] * (SAMPLED + 1_000) + [f"{TIME}.000000001", f"{TIME}.000000002"]
    for these in (values, values[::-1]):
        scanner = opened(tmp_path, name, these)
        assert scanner.types["t"] == "TIMESTAMP_NS"
        assert scanner.repeats(["t"]) == SAMPLED + 999


@FORMS
@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([f"{TIME}.000001000", f"{TIME}.5"], "TIMESTAMP"),  # nothing between two microseconds
        (["1600-01-01 00:00:00.0000000", f"{TIME}.1230000"], "TIMESTAMP"),
        ([f"{TIME}.123456Z", f"{TIME}.123456000Z"], "TIMESTAMP WITH TIME ZONE"),
        ([f"{TIME}.0000000001", f"{TIME}.0000000002"], "VARCHAR"),  # finer than any type
        (["1600-01-01 00:00:00.000000001", TIME], "VARCHAR"),  # nanoseconds begin with 1677
        ([f"{TIME}.000000001", "9999-12-31"], "VARCHAR"),
        ([f"{TIME}.000000001", "infinity"], "TIMESTAMP_NS"),
        ([f"{TIME}.000000001", "x"], "VARCHAR"),
        ([f"{TIME}.000000001 UTC", f"{TIME}.000000001 Europe/Zurich"], "VARCHAR"),
        (["00:00:00.000000001", "00:00:00.000000002"], "VARCHAR"),
    ],
)
def test_a_type_that_holds_every_value(tmp_path: Path, name: str, values: list[str], kind: str) -> None:
    scanner = opened(tmp_path, name, values)
    told = {"VARCHAR", kind} if name == "x.jsonl" and kind in PLAIN else {kind}  # DuckDB's own eye
    assert scanner.types["t"] in told
    assert scanner.repeats(["t"]) == 0 or kind == "TIMESTAMP WITH TIME ZONE"


def test_values_within_objects_are_times_of_nanoseconds(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text("".join(f'{{"a": {{"t": "{TIME}.00000000{at}"}}}}\n' for at in range(9)))
    scanner = DuckDBScanner.open(path, "x.jsonl", flat=True)
    assert scanner.types == {"a.t": "TIMESTAMP_NS"}
    assert scanner.repeats(["a.t"]) == 0


@pytest.mark.parametrize("zone", ["", "Z"])
def test_microseconds_and_nanoseconds_are_compared_exactly(tmp_path: Path, zone: str) -> None:
    fine = opened(tmp_path, "fine.csv", [f"{TIME}.{at:06d}{'600' if at else '000'}{zone}" for at in range(9)])
    plain = opened(tmp_path, "plain.csv", [f"{TIME}.{at:06d}{zone}" for at in range(9)])
    assert (fine.types["t"], plain.kinds["t"]) == ("TIMESTAMP_NS", "timestamp")
    for one, other in ((fine, plain), (plain, fine)):
        assert one.shared(["t"], other) == SharedRows(1, 1, 0)
        assert one.orphans(["t"], other, ["t"]) == 8
