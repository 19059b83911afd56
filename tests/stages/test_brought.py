"""A changed checksum without a changed declaration fails, of files too that judge only after the merge."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import pytest

from mlops_actions.adapters.datasets.rows import write_parquet
from mlops_actions.results.verdict import Outcome
from mlops_actions.stages import model_checks
from tests.stages.small import CONFIG, SCHEMA, make_small, rows, run

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_actions.results.dataset import DatasetResult
    from mlops_actions.stages.context import RunContext

FAIL, PASS, SKIPPED = Outcome.FAIL, Outcome.PASS, Outcome.SKIPPED
FILES = {
    "evaluation": "data/evaluation.parquet",
    "serving_log": "data/log.parquet",
    "codes": "data/codes.csv",
}
REFERENCES = "references: [{columns: [city], file: data/codes.csv}]\n"
Judged = dict[tuple[str, str], tuple[Outcome, str]]


@pytest.fixture(autouse=True)
def _no_model_is_fitted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_checks, "find_spec", lambda _: None)


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def written(folder: Path, *, changed: str = "") -> dict[str, str]:
    """The three files, one of them changed, and their sha256."""
    (folder / "data").mkdir(parents=True, exist_ok=True)
    for role, count, letter in (("evaluation", 210, "E"), ("serving_log", 150, "S")):
        write_parquet(folder / FILES[role], rows(count + (changed == role), letter))
    more = "Hamar\n" * (changed == "codes")
    (folder / FILES["codes"]).write_text(f"city\nOslo\nBergen\n{more}")
    return {role: sha256(folder / path) for role, path in FILES.items()}


def config(digests: dict[str, str], **parts: str) -> str:
    listed = "".join(
        f"    - {{id: {role}, owner: me, licence: {parts.get(role, 'MIT')}, "
        f"authorised_by: board, path: {FILES[role]}, sha256: {digest}}}\n"
        for role, digest in digests.items()
    )
    sources = f"  sources:\n{listed}" if listed else ""
    return CONFIG.replace("evaluate:", f"  serving_log: {FILES['serving_log']}\n{sources}evaluate:")


def project(tmp_path: Path, changed: str, base: str, head: str) -> RunContext:
    context = make_small(tmp_path, head=head, base=base)
    for where in ("head", "base"):
        written(tmp_path / where, changed=changed if where == "head" else "")
        (tmp_path / where / "mlops" / "schema.yaml").write_text(SCHEMA + REFERENCES)
    return context


def judged(payload: DatasetResult) -> Judged:
    return {
        (each.id, each.subject): (each.outcome, each.sentence)
        for each in payload.checks
        if each.id.startswith("DS7") and each.subject.startswith(tuple(FILES.values()))
    }


@pytest.mark.parametrize("role", FILES)
def test_bytes_that_change_without_their_declaration_fail(tmp_path: Path, role: str) -> None:
    digests = written(tmp_path / "first")
    text = config(digests)
    outcome, payload = run(project(tmp_path, role, text, text))
    seen, name = judged(payload), f"{FILES[role]} of this change"
    now = sha256(tmp_path / "head" / FILES[role])
    assert outcome.outcome is FAIL
    assert seen["DS703", name] == (
        FAIL,
        (
            f"{name}: sha256 changed from {digests[role][:12]}... to {now[:12]}..., and unchanged is the "
            f"declaration of source {role}"
        ),
    )
    assert seen["DS701", name][0] is FAIL
    assert seen["DS701", FILES[role]][0] is PASS  # the base commit's, which judges
    others = [key for key in seen if key[1].endswith("of this change") and key[1] != name]
    assert others == []


@pytest.mark.parametrize("role", FILES)
def test_with_their_declaration_they_pass(tmp_path: Path, role: str) -> None:
    digests = written(tmp_path / "first")
    after = written(tmp_path / "second", changed=role)
    _, payload = run(project(tmp_path, role, config(digests), config(after)))
    seen, name = judged(payload), f"{FILES[role]} of this change"
    assert {outcome for outcome, _ in seen.values()} == {PASS, SKIPPED}
    assert seen["DS703", name][1].endswith(f"and the declaration of source {role} with it")
    assert seen["DS703", FILES[role]][1].endswith(", as the base commit declares")


def test_a_changed_declaration_of_unchanged_bytes_is_judged(tmp_path: Path) -> None:
    digests = written(tmp_path / "first")
    head = config({**digests, "evaluation": "f" * 64}, codes="unknown")
    _, payload = run(project(tmp_path, "", config(digests), head))
    seen = judged(payload)
    assert seen["DS701", "data/evaluation.parquet of this change"][0] is FAIL
    assert seen["DS702", "data/codes.csv of this change"][0] is FAIL
    assert seen["DS702", "data/codes.csv"][0] is PASS
    assert not [key for key in seen if key[1].startswith(f"{FILES['serving_log']} of")]


def test_a_declaration_that_is_dropped_with_the_bytes_is_told(tmp_path: Path) -> None:
    digests = written(tmp_path / "first")
    context = project(tmp_path, "evaluation", config(digests), config({}))
    seen = judged(run(context)[1])
    outcome, sentence = seen["DS703", "data/evaluation.parquet of this change"]
    assert outcome is FAIL
    assert sentence.endswith("and gone is the declaration of source evaluation")


def test_an_evaluation_file_of_another_name_is_judged(tmp_path: Path) -> None:
    digests = written(tmp_path / "first")
    head = config(digests).replace("evaluation: data/evaluation.parquet", "evaluation: data/other.parquet")
    context = project(tmp_path, "", config(digests), head)
    write_parquet(context.root / "data" / "other.parquet", rows(211, "E"))
    seen = judged_of(run(context)[1], "data/other.parquet of this change")
    assert seen["DS701"].outcome is FAIL
    assert seen["DS701"].sentence.startswith("data/other.parquet of this change: belongs to none of the 3")
    assert seen["DS701"].n is None


def judged_of(payload: DatasetResult, subject: str) -> dict[str, Any]:
    return {each.id: each for each in payload.checks if each.subject == subject}


@pytest.mark.parametrize("role", FILES)
def test_a_fault_of_both_copies_is_told_once(tmp_path: Path, role: str) -> None:
    digests = written(tmp_path / "first")
    text = config({name: digest for name, digest in digests.items() if name != role})
    seen = judged(run(project(tmp_path, role, text, text))[1])
    told = [key for key in seen if key[0] == "DS701" and key[1].startswith(FILES[role])]
    assert told == [("DS701", FILES[role])]
    assert seen["DS701", FILES[role]][0] is FAIL


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        (f"version https://git-lfs.github.com/spec/v1\noid sha256:{'e' * 64}\nsize 9\n", FAIL),
        ("version https://git-lfs.github.com/spec/v1\nno pointer\n", Outcome.INCONCLUSIVE),
    ],
)
def test_data_that_is_elsewhere_is_judged_by_its_pointer_or_said(
    tmp_path: Path, text: str, outcome: Outcome
) -> None:
    digests = written(tmp_path / "first")
    context = project(tmp_path, "", config(digests), config(digests))
    (context.root / FILES["evaluation"]).write_text(text)
    seen = judged_of(run(context)[1], "data/evaluation.parquet of this change")
    assert seen["DS703"].outcome is outcome


def test_of_a_file_that_the_change_removes_its_absence_is_red_and_nothing_else(tmp_path: Path) -> None:
    digests = written(tmp_path / "first")
    context = project(tmp_path, "", config(digests), config(digests))
    (context.root / FILES["evaluation"]).unlink()
    assert list(judged_of(run(context)[1], "data/evaluation.parquet of this change")) == ["DS107"]
