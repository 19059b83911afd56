"""`mlops schema diff` and `import`: the right two schemas, nothing overwritten, every error told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from mlops_actions.commands.schema import command
from mlops_actions.errors import ConfigError, InputError, UsageError
from tests.stages.small_repository import CONFIG, SCHEMA, Repository, make_repository

if TYPE_CHECKING:
    from click.testing import Result

WIDER = SCHEMA.replace("maximum: 120", "maximum: 500")
NARROWER = SCHEMA.replace("maximum: 120", "maximum: 100")
FIXTURES = Path(__file__).parents[2] / "fixtures" / "schemas"


def run(*arguments: str) -> Result:
    done = CliRunner().invoke(command, list(arguments), standalone_mode=False)
    if done.exception is not None:
        raise done.exception
    return done


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    for name in ("GITHUB_ACTIONS", "GITHUB_EVENT_NAME", "GITHUB_EVENT_PATH"):
        monkeypatch.delenv(name, raising=False)
    made = make_repository(tmp_path / "here")
    monkeypatch.chdir(made.folder)
    return made


def test_two_files(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(SCHEMA)
    (tmp_path / "b.yaml").write_text(WIDER)
    names = [str(tmp_path / name) for name in ("a.yaml", "b.yaml")]
    said = run("diff", *names).output.splitlines()
    assert said == [
        f"{names[0]} -> {names[1]}: 1 change: 1 lets more pass",
        "  amount.maximum 120 -> 500: wider",
    ]
    value = json.loads(run("diff", *names, "--json").output)
    assert [each["effect"] for each in value["changes"]] == ["wider"]
    assert run("diff", names[0], names[0]).output.endswith(": the schemas say the same\n")


def test_the_working_copy_against_the_base_commit(repository: Repository) -> None:
    base = repository.git("rev-parse", "HEAD")
    repository.git("switch", "--quiet", "--create", "topic")
    repository.commit({"schema.yaml": WIDER})
    repository.write({"schema.yaml": NARROWER})
    first, second = run("diff").output.splitlines()
    assert first == f"{base[:12]}:schema.yaml -> schema.yaml: 1 change: 1 lets less pass"
    assert second == "  amount.maximum 120 -> 100: narrower"
    assert "500 -> 100: narrower" in run("diff", "--base", "HEAD").output
    assert "120 -> 100: narrower" in run("diff", "schema.yaml", "--base", "main").output


def test_a_schema_that_moved_is_compared_with_where_it_was(repository: Repository) -> None:
    files = {
        "mlops.yaml": CONFIG.replace("schema.yaml", "new/s.yaml"),
        "schema.yaml": None,
        "new/s.yaml": WIDER,
    }
    repository.git("switch", "--quiet", "--create", "topic")
    repository.commit(files)
    said = run("diff").output
    assert ":schema.yaml -> new/s.yaml: 1 change" in said


def test_a_first_schema_has_nothing_to_compare_with(repository: Repository) -> None:
    repository.write({"other.yaml": SCHEMA})
    said = run("diff", "other.yaml", "--base", "HEAD").output
    assert "other.yaml: no schema " in said
    assert json.loads(run("diff", "other.yaml", "--base", "HEAD", "--json").output)["changes"] == []


def test_a_project_in_a_folder_below_the_top(repository: Repository) -> None:
    repository.commit({"sub/mlops.yaml": CONFIG, "sub/schema.yaml": SCHEMA})
    repository.write({"sub/schema.yaml": WIDER})
    assert ":sub/schema.yaml -> sub/schema.yaml: 1 change" in run("diff", "--config", "sub/mlops.yaml").output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--base", "nowhere"), "--base nowhere: no such commit here"),
        (("--base=--output=x",), "no such commit here"),
        (("schema.yaml", "schema.yaml", "--base", "HEAD"), "--base beside two files"),
    ],
)
def test_wrong_usage(repository: Repository, arguments: tuple[str, ...], message: str) -> None:
    assert repository.folder.is_dir()
    with pytest.raises(UsageError, match=message):
        run("diff", *arguments)


def test_outside_git_two_files_are_needed(tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text(SCHEMA)
    with pytest.raises(UsageError, match="not in a git repository"):
        run("diff", str(tmp_path / "s.yaml"))


def test_a_mistake_in_either_schema_has_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(SCHEMA.replace("number", "nubmer"))
    (tmp_path / "b.yaml").write_text(SCHEMA)
    with pytest.raises(ConfigError, match=r"a.yaml:4: columns.amount.type"):
        run("diff", str(tmp_path / "a.yaml"), str(tmp_path / "b.yaml"))
    with pytest.raises(ConfigError, match=r"none.yaml: no such file"):
        run("diff", "none.yaml", str(tmp_path / "b.yaml"))
    (tmp_path / "c.yaml").write_bytes(b"version: \xff")
    with pytest.raises(InputError, match="not UTF-8 at byte 9"):
        run("diff", str(tmp_path / "c.yaml"), str(tmp_path / "b.yaml"))


def test_an_import_is_written_once(tmp_path: Path) -> None:
    output = tmp_path / "schema.yaml"
    source = str(FIXTURES / "pandera-0.35.yaml")
    said = run("import", source, "--output", str(output)).output
    assert said.startswith(f"{output}: 12 columns; 11 notes on what is otherwise here, in its head.")
    assert output.read_text("utf-8") == run("import", source).output
    with pytest.raises(UsageError, match="exists, and is not overwritten"):
        run("import", source, "--output", str(output))


def test_an_import_as_json(tmp_path: Path) -> None:
    del tmp_path
    value = json.loads(
        run("import", str(FIXTURES / "datapackage.json"), "--resource", "customers", "--json").output
    )
    assert value["schema"]["columns"] == {"id": {"type": "string"}, "name": {"type": "string"}}
    assert [each["licence"] for each in value["sources"]] == ["CC-BY-4.0", "MIT"]
    assert value["form"] == "Frictionless Data Package"
