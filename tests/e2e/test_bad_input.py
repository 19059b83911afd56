"""Every mistake a user can make: where, what was seen, what is allowed, a next step, its own exit code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mlops_actions.adapters.datasets.rows import write_parquet
from tests.e2e.mistakes import Change, edit, put
from tests.e2e.small_project import COLUMNS, CONFIG, IDS, LABELS, SCHEMA, SCORES, TRAIN, Project, make_project

README = (Path(__file__).resolve().parents[2] / "README.md").read_text()
MEANINGS = dict(re.findall(r"^\| (\d+) \| ([\w ]+)", README, re.MULTILINE))
KEYS = "Allowed: train, evaluation, serving_log, target, key, time, weight, features, exclude, sensitive, schema, sources, provenance."
COLUMNS_ARE = "Columns: id, amount, region, label."
ALLOWED_ROWS = "at least one of each is needed. Write the rows, or name another file."
ANEW = "Write the file anew as CSV: one delimiter, as many fields as the header, quotes doubled in quotes."


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Project:
    """The small project."""
    return make_project(tmp_path / "project", monkeypatch, capsys)


def cut(project: Project) -> None:
    """Half a Parquet file."""
    path = project.root / "data" / "evaluation.parquet"
    path.write_bytes(path.read_bytes()[:500])


def evaluation(**columns: list[object]) -> Change:
    """Other evaluation rows."""
    return lambda project: write_parquet(project.root / "data/evaluation.parquet", {**COLUMNS, **columns})


WORDS: list[object] = [("no", "yes")[label] for label in LABELS]


def labels(predicted: list[object]) -> Change:
    """A label in words, and a prediction column beside the score."""

    def change(project: Project) -> None:
        evaluation(label=WORDS)(project)
        project.edit("mlops.yaml", {"metrics: [roc_auc]": 'positive: "yes"\n  metrics: [roc_auc]'})
        columns: dict[str, list[object]] = {
            "row_id": [*IDS],
            "score": [*SCORES],
            "prediction": predicted,
        }
        write_parquet(project.root / "predictions.parquet", columns)

    return change


def refuse(project: Project, change: Change, commands: str, code: int, says: str) -> None:
    """The last command ends with the code and says exactly this line, among others; never a traceback."""
    change(project)
    *before, last = commands.split(" / ")
    for command in before:
        assert project.run(*command.split()).code == 0
    said = project.run(*last.split())
    assert "Traceback" not in said.err + said.out
    assert said.code == code, said.err
    heading = next(line for line in said.err.splitlines() if line.endswith(f"(exit code {code})"))
    assert heading.lower().startswith(MEANINGS[str(code)].split()[0])
    assert f"  {says}" in said.err.splitlines()


def test_without_a_mistake_every_command_succeeds(project: Project) -> None:
    for command in (
        "config check",
        "schema infer",
        "validate",
        "train",
        "evaluate",
        "score",
        "gate",
        "report",
        "run",
    ):
        said = project.run(*command.split())
        assert said.code == 0, said.err


CONFIGURATION: list[tuple[str, Change, str]] = [
    ("data.traget", edit("target:", "traget:"), f"mlops.yaml:11: data.traget: unknown key. Did you mean 'target'? {KEYS}"),
    ("required", edit("  target: label\n", ""), "mlops.yaml:8: data.target: required, and missing. Add it."),
    ("type", edit("version: 1", "version: two"), "mlops.yaml:1: version: should be 1; seen: 'two'. Mend this value."),
    ("twice", edit("  key: id\n", "  key: id\n  target: x\n"), "mlops.yaml:13: data.target: the key stands twice (first: line 11). Remove one of them."),
    ("syntax", edit("target: label", "target: [label"), "mlops.yaml:12: not valid YAML: expected ',' or ']', but got ':' (while parsing a flow sequence that starts on line 11). Mend this line; indent with spaces, quote texts that hold ': ' or ' #'."),
    ("tab", edit("  target", "\ttarget"), "mlops.yaml:11: not valid YAML: found character '\\t' that cannot start any token. Mend this line; indent with spaces, quote texts that hold ': ' or ' #'."),
    ("encoding", put("mlops.yaml", CONFIG.encode().replace(b"Money", b"M\xf6ney")), "mlops.yaml:6: byte 0xf6 is not UTF-8. Save it as UTF-8."),
    ("absent", put("mlops.yaml", None), "mlops.yaml: no such file. Name it with --config, or write one: README.md has two examples."),
    ("empty", put("mlops.yaml", ""), "mlops.yaml:1: a mapping with version, project and data is required; seen: nothing. README.md has two examples."),
    ("rule's KPI", edit("kpi: money", "kpi: mony"), "mlops.yaml:22: gate.rules[1].kpi: no KPI 'mony' in business.kpis. Did you mean 'money'? Declared: money."),
    ("rule's metric", edit("metric: roc_auc", "metric: f1"), "mlops.yaml:21: gate.rules[0].metric: 'f1' is not evaluated. Add it to evaluate.metrics, or name one of: roc_auc."),
]  # fmt: skip


@pytest.mark.parametrize("command", ["config check", "validate"])
@pytest.mark.parametrize(
    ("change", "says"), [case[1:] for case in CONFIGURATION], ids=[case[0] for case in CONFIGURATION]
)
def test_mistakes_of_mlops_yaml(project: Project, change: Change, says: str, command: str) -> None:
    refuse(project, change, command, 3, says)


@pytest.mark.parametrize("command", ["config check", "validate"])
@pytest.mark.parametrize(
    ("change", "code", "says"),
    [
        (edit("data/train.csv", "../train.csv"), 11, "mlops.yaml:9: data.train: '../train.csv' leaves the repository. Allowed: a path relative to mlops.yaml's folder, without '..'."),
        (edit("prediction * amount", "prediction * (amount"), 3, "mlops.yaml:7: KPI 'money': an expression that ends too early at character 21 (prediction * (amount>>>). Allowed: one SQL expression."),
        (edit("prediction * amount", "prediction * amuont"), 3, "mlops.yaml:7: KPI 'money': the column 'amuont' at character 14 (prediction * >>>amuont). Allowed: unqualified columns: amount, id, label, prediction, region, score."),
        (edit("target: label", "target: labell"), 4, f"mlops.yaml:11: data.target: no column 'labell' in data/train.csv or data/evaluation.parquet. Did you mean 'label'? {COLUMNS_ARE}"),
        (edit("key: id", "key: [id, idd]"), 4, f"mlops.yaml:12: data.key[1]: no column 'idd' in data/train.csv or data/evaluation.parquet. Did you mean 'id'? {COLUMNS_ARE}"),
        (edit("slices: [region]", "slices: [regio]"), 4, f"mlops.yaml:17: evaluate.slices[0]: no column 'regio' in data/evaluation.parquet. Did you mean 'region'? {COLUMNS_ARE}"),
    ],
)  # fmt: skip
def test_expressions_and_columns_against_the_data(
    project: Project, change: Change, code: int, says: str, command: str
) -> None:
    refuse(project, change, command, code, says)


def texts(project: Project) -> None:
    """Labels that say neither which is positive."""
    labels = [("stays", "leaves")[label == 1] for label in COLUMNS["label"]]
    write_parquet(project.root / "data/evaluation.parquet", {**COLUMNS, "label": labels})


FILES: list[tuple[Change, int, str]] = [
    (put("data/evaluation.parquet", None), 3, "mlops.yaml:10: data.evaluation: data/evaluation.parquet: no such file. Paths are relative to mlops.yaml."),
    (edit("data/evaluation.parquet", "data/train.parquet"), 3, "mlops.yaml:10: data.evaluation: data/train.parquet: no such file. Paths are relative to mlops.yaml."),
    (edit("data/evaluation.parquet", "data/evalution.parquet"), 3, "mlops.yaml:10: data.evaluation: data/evalution.parquet: no such file. Did you mean 'evaluation.parquet'? Paths are relative to mlops.yaml."),
    (put("schema.yaml", None), 3, "mlops.yaml:13: data.schema: no file schema.yaml. Write one with `mlops schema infer`."),
    (put("schema.yaml", "columns: ["), 3, "schema.yaml:1: not valid YAML: expected the node content, but found '<stream end>'. Mend this line; indent with spaces, quote texts that hold ': ' or ' #'."),
    (put("schema.yaml", SCHEMA.replace("type: number", "tipe: number")), 3, "schema.yaml:4: columns.amount.tipe: unknown key. Did you mean 'type'? Allowed: type, nullable, max_null_rate, minimum, maximum, min_length, max_length, categories, pattern, unique, distribution, description."),
]  # fmt: skip


@pytest.mark.parametrize("command", ["config check", "validate", "run"])
@pytest.mark.parametrize(("change", "code", "says"), FILES)
def test_files_that_are_not_there_or_are_none(
    project: Project, change: Change, code: int, says: str, command: str
) -> None:
    refuse(project, change, command, code, says)


@pytest.mark.parametrize(
    ("change", "code", "says"),
    [
        (texts, 4, "mlops.yaml:11: data.target: data/evaluation.parquet: 'label' holds 2 classes (leaves, stays); binary needs two, one of them the positive class 1. Set evaluate.positive and serving.classes."),
        (evaluation(id=["c1", *IDS[1:]]), 4, "mlops.yaml:12: data.key: data/evaluation.parquet: 1 of 120 rows repeat the key (id); none may. Fix the data, or name a key that identifies a row."),
        (put("predictions.parquet", None), 3, "mlops.yaml:14: predictions.candidate: predictions.parquet: no such file. Paths are relative to mlops.yaml."),
        (lambda project: project.predictions(IDS, [2.0, *SCORES[1:]]), 4, "mlops.yaml:14: predictions.candidate: predictions.parquet: score: 1 of 120 values (the first in data row 1: 2) are outside [0, 1]; probabilities are allowed"),
        (put("data/train.csv", TRAIN + "t0,1\n"), 4, f"data/train.csv:122: 2 fields; the header has 4. {ANEW}"),
        (edit("evaluate:", "validate: {checks: {DS11: {}}}\nevaluate:"), 3, "mlops.yaml:15: validate.checks.DS11: unknown key. Did you mean 'DS112'? "),
    ],
)  # fmt: skip
def test_what_can_be_known_without_training(project: Project, change: Change, code: int, says: str) -> None:
    change(project)
    said = project.run("config", "check")
    assert said.code == code
    assert any(line.startswith(f"  {says}") for line in said.err.splitlines()), said.err


def test_all_mistakes_are_told_at_once_under_the_gravest_code(project: Project) -> None:
    for change in (put("data/train.csv", None), put("schema.yaml", None), texts):
        change(project)
    said = project.run("config", "check")
    assert said.code == 3
    assert [line.split(": ")[0] for line in said.err.splitlines()[1:]] == [
        "  mlops.yaml:9", "  mlops.yaml:13",
    ]  # fmt: skip


KEPT = ("dataset.json", "training.json", "evaluation.json", "gate.json", "report.md")


@pytest.mark.parametrize("command", ["validate", "run"])
@pytest.mark.parametrize(
    ("change", "code"),
    [
        *((change, code) for change, code, _ in FILES),
        (edit("target:", "traget:"), 3),
        (put("data/train.csv", TRAIN.encode().replace(b"t5", b"t\xe9")), 4),
        (cut, 4),
    ],
)
def test_a_typing_error_costs_no_report(project: Project, change: Change, code: int, command: str) -> None:
    assert project.run("run").code == 0
    results = project.root / ".mlops/results"
    before = {name: (results / name).read_bytes() for name in KEPT}
    change(project)
    assert project.run(command).code == code
    assert {name: (results / name).read_bytes() for name in KEPT} == before
    assert [path.name for path in (results / "failures").glob("*.json")] == ["validate.json"]


def test_a_run_that_fails_later_starts_from_an_emptied_folder(project: Project) -> None:
    assert project.run("run").code == 0
    project.predictions(IDS[2:], SCORES[2:])
    assert project.run("run").code == 4
    results = project.root / ".mlops/results"
    assert not (results / "evaluation.json").exists()
    assert [path.name for path in (results / "failures").glob("*.json")] == ["evaluate.json"]


@pytest.mark.parametrize(
    ("change", "code", "says"),
    [
        (put("data/train.csv", None), 3, "mlops.yaml:9: data.train: data/train.csv: no such file. Paths are relative to mlops.yaml."),
        (edit("data/train.csv", "data/trian.csv"), 3, "mlops.yaml:9: data.train: data/trian.csv: no such file. Did you mean 'train.csv'? Paths are relative to mlops.yaml."),
        (put("data/train.csv", TRAIN.splitlines()[0]), 4, f"data/train.csv: 0 rows, 4 columns; {ALLOWED_ROWS}"),
        (put("data/train.csv", ""), 4, "mlops.yaml:9: data.train: data/train.csv: no bytes, or no header. Write a header and at least one row."),
        (put("data/train.csv", TRAIN.replace("t5,5.5,south", "t5,5.5")), 4, f"data/train.csv:7: 3 fields; the header has 4. {ANEW}"),
        (put("data/train.csv", TRAIN + "1,2,3,4,5\n"), 4, f"data/train.csv:122: 5 fields; the header has 4. {ANEW}"),
        (put("data/train.csv", TRAIN + "1,2,3,4,5\n" * 250), 4, f"data/train.csv:122: 5 fields; the header has 4. {ANEW}"),
        (put("data/train.csv", "Report of 2024\n" + TRAIN), 4, f"data/train.csv:2: 4 fields; the header has 1. {ANEW}"),
        (put("data/train.csv", TRAIN.replace("t5,", '"t5,')), 4, f"data/train.csv:7: quotes: unexpected end of data. {ANEW}"),
        (put("data/train.csv", TRAIN.encode().replace(b"t5", b"t\xe9")), 4, "data/train.csv:7: byte 0xe9 (byte 2 of the line) is not UTF-8; probably WINDOWS-1252. Allowed: UTF-8, UTF-16 and UTF-32. Convert it, for example: iconv -f WINDOWS-1252 -t UTF-8."),
        (cut, 4, "mlops.yaml:10: data.evaluation: data/evaluation.parquet: cannot be read: cut off after 500 bytes, PAR1 is missing at its end. Write it anew, or copy it again."),
        (put("data/evaluation.parquet", TRAIN[:23]), 4, "mlops.yaml:10: data.evaluation: data/evaluation.parquet: cannot be read: its 23 bytes do not begin with PAR1, as Parquet does. Write it as Parquet; a text file is to be named .csv or .jsonl."),
        (evaluation(**{name: [] for name in COLUMNS}), 4, f"data/evaluation.parquet: 0 rows, 4 columns; {ALLOWED_ROWS}"),
        (put("schema.yaml", None), 3, "mlops.yaml:13: data.schema: no file schema.yaml. Write one with `mlops schema infer`."),
        (put("schema.yaml", SCHEMA.replace("number", "nubmer")), 3, "schema.yaml:4: columns.amount.type: should be 'integer', 'number', 'string', 'boolean', 'date' or 'timestamp'; seen: 'nubmer'. Did you mean 'number'?"),
    ],
)  # fmt: skip
def test_data_and_schema(project: Project, change: Change, code: int, says: str) -> None:
    refuse(project, change, "validate", code, says)
    assert not (project.root / ".mlops/results/dataset.json").exists()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (put("predictions.parquet", None), "mlops.yaml:14: predictions.candidate: predictions.parquet: no such file. Paths are relative to mlops.yaml."),
        (lambda project: project.predictions(IDS[2:], SCORES[2:]), "predictions.parquet: 2 of 120 evaluation rows have no prediction, 0 predictions have no evaluation row; the ids must be the same. Predict exactly the evaluation rows; row_id is data.key joined with '|'."),
        (lambda project: project.predictions([*IDS[1:], "c1"], SCORES), "predictions.parquet: 1 of 120 row ids stand twice; each must stand once"),
        (lambda project: project.predictions(IDS, SCORES, "id"), "predictions.parquet: columns id, score; row_id and at least one of prediction, score are required"),
        (lambda project: project.predictions(IDS, [2.0, *SCORES[1:]]), "predictions.parquet: score: 1 of 120 values (the first in data row 1: 2) are outside [0, 1]; probabilities are allowed"),
        (evaluation(id=["c1", *IDS[1:]]), "data/evaluation.parquet: 1 of 120 rows repeat the key (id); none may. Fix the data, or name a key that identifies a row."),
        (labels(["yes", "yse", *WORDS[2:]]), "predictions.parquet: prediction: 'yse' in data row 2; 1 of 120 is wrong. Allowed: no, yes; or 0 and 1 (1 is yes). Write the label's own values in the whole column, or 0/1 in the whole column."),
        (labels([None, *WORDS[1:]]), "predictions.parquet: prediction: 1 of 120 values are null, NaN or infinite; none may be"),
        (evaluation(label=["maybe", *WORDS[1:]]), "data/evaluation.parquet: 'label' holds 3 classes (maybe, no, yes); binary needs two, one of them the positive class 1. For several classes set evaluate.task: multiclass; or bring one class against the rest."),
        (evaluation(label=[None, *COLUMNS["label"][1:]]), "data/evaluation.parquet: 1 of 120 labels in 'label' are null; none may be"),
    ],
)  # fmt: skip
def test_predictions_and_labels(project: Project, change: Change, says: str) -> None:
    refuse(project, change, "train / evaluate", 3 if "no such file" in says else 4, says)
    assert (project.root / ".mlops/results/training.json").is_file()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "Run `mlops train` first."),
        (b"{", "training.json: not valid JSON (Expecting property name enclosed in double quotes: line 1 column 2 (char 1)). Run the stage again."),
        (b'{"schema_version": 99}', "training.json: schema_version 99; this version reads 1 to 1. Use the same mlops-actions version in every job."),
    ],
)  # fmt: skip
def test_results_of_an_earlier_stage(project: Project, content: bytes | None, says: str) -> None:
    assert project.run("train").code == 0
    put(".mlops/results/training.json", content)(project)
    said = project.run("evaluate")
    assert said.code == 5
    assert said.err.startswith("Evidence error (exit code 5)\n")
    assert said.err.rstrip().endswith(says)


@pytest.mark.parametrize("command", ["validate", "train", "score", "gate", "report", "run"])
@pytest.mark.parametrize("place", [".mlops", ".mlops/results"])
def test_a_file_where_results_should_be(project: Project, place: str, command: str) -> None:
    (project.root / place).parent.mkdir(exist_ok=True)
    (project.root / place).write_text("mine")
    said = project.run(command)
    assert said.code == 2
    assert "Traceback" not in said.err
    assert re.search(
        r"\.mlops/results: a folder that can be written is required \((Not a directory|File exists)\)\. "
        r"Remove what stands there, or name another folder with --results\.",
        said.err,
    )
    assert (project.root / place).read_text() == "mine"


def test_the_project_itself_is_never_emptied(project: Project) -> None:
    said = project.run("validate", "--results", ".")
    assert said.code == 2
    assert "which the toolkit did not write; a run empties this folder. Name a new folder" in said.err
    assert (project.root / "mlops.yaml").read_text() == CONFIG


def test_a_schema_is_not_written_over_another(project: Project) -> None:
    assert project.run("schema", "infer", "--output", "schema.yaml").code == 2
    assert (project.root / "schema.yaml").read_text() == SCHEMA
    said = project.run("schema", "infer", "--output", "none/schema.yaml")
    assert (said.code, "none/schema.yaml: cannot be written (No such file or directory)." in said.err) == (
        2,
        True,
    )
    assert project.run("schema", "infer", "--output", "new.yaml").code == 0
    project.edit("mlops.yaml", {"schema.yaml": "new.yaml"})
    assert project.run("validate").code == 0


def test_what_a_whole_run_had_found_is_kept_and_the_error_is_its_own(project: Project) -> None:
    put("predictions.parquet", None)(project)
    said = project.run("run")
    assert said.code == 3
    assert (
        "  mlops.yaml:14: predictions.candidate: predictions.parquet: no such file. Paths are relative to mlops.yaml."
        in said.err.splitlines()
    )
    there = {path.name for path in (project.root / ".mlops/results").iterdir()}
    assert {"dataset.json", "training.json", "score.json", "gate.json", "report.md"} <= there
