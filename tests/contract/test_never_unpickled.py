"""The toolkit never unpickles: its code names no loader that could, and a model that bites does not bite."""

from __future__ import annotations

import ast
import os
import pickle
import sys
from pathlib import Path

import pytest

from mlops_actions.stages import gate, report, score, validate
from tests.stages.trained_small import evaluated, make_trained, text, trained

PACKAGE = Path(__file__).parents[2] / "mlops_actions"
MODULES = {
    "_pickle", "cloudpickle", "dill", "h5py", "jax", "joblib", "keras", "lightgbm", "marshal", "mlflow",
    "onnx", "onnxruntime", "pickle", "pickletools", "safetensors", "shelve", "skops", "tensorflow", "torch",
    "xgboost",
}  # fmt: skip
IMPORTS = {"import_module", "__import__"}
CALLS = {"read_pickle"}


def _name(node: ast.AST) -> str:
    """The last part of a dotted name, else empty."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _only_written(source: str) -> bool:
    """Whether a module that imports pickle only ever writes with it (the ladder weighs its models so)."""
    nodes = list(ast.walk(ast.parse(source)))
    names = [node for node in nodes if isinstance(node, ast.Name) and node.id == "pickle"]
    parents = [node for node in nodes if isinstance(node, ast.Attribute) and node.value in names]
    plain = not any(isinstance(node, ast.alias) and node.name == "pickle" and node.asname for node in nodes)
    return plain and len(names) == len(parents) > 0 and {node.attr for node in parents} <= {"dump", "dumps"}


def loaders(source: str) -> list[str]:
    """What in a module could turn a model's bytes into objects."""
    found = []
    for node in ast.walk(ast.parse(source)):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [each.name for each in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [node.module or ""]
        elif isinstance(node, ast.Call) and _name(node.func) in IMPORTS:
            names = [str(each.value) for each in node.args[:1] if isinstance(each, ast.Constant)]
        written = names == ["pickle"] and isinstance(node, ast.Import) and _only_written(source)
        found += [name for name in names if name.partition(".")[0] in MODULES and not written]
        found += [_name(node)] if _name(node) in CALLS else []
        if isinstance(node, ast.keyword) and node.arg == "allow_pickle":
            allowed = not (isinstance(node.value, ast.Constant) and node.value.value is False)
            found += ["allow_pickle"] if allowed else []
    return found


def test_no_module_outside_serving_can_load_a_model() -> None:
    modules = [path for path in PACKAGE.rglob("*.py") if "serving" not in path.relative_to(PACKAGE).parts[:1]]
    assert len(modules) > 300
    found = {str(path.relative_to(PACKAGE)): loaders(path.read_text()) for path in modules}
    assert {name: seen for name, seen in found.items() if seen} == {}


@pytest.mark.parametrize(
    "line",
    [
        "import pickle",
        "import pickle; pickle.dump(a, b); pickle.load(b)",
        "import pickle; pickle.dump(a, b); loads = getattr(pickle, 'loads')",
        "import pickle as p; pickle.dump(a, b); p.load(b)",
        "import joblib as j",
        "from skops.io import load",
        "from torch import load",
        "import importlib; importlib.import_module('pickle')",
        "np.load(path, allow_pickle=True)",
        "np.load(path, allow_pickle=flag)",
        "pd.read_pickle(path)",
    ],
)
def test_such_a_line_would_be_seen(line: str) -> None:
    assert loaders(line)
    assert not loaders("import pickle; pickle.dump(a, b)")
    assert not loaders("import json\nnp.load(path, allow_pickle=False)\nfrom . import pickle_names\n")


def test_serving_is_imported_by_its_command_alone() -> None:
    """What loads models starts inside the image: as `python -m mlops_actions.serving`, or `mlops serve`."""
    for path in PACKAGE.rglob("*.py"):
        place = path.relative_to(PACKAGE)
        if place.parts[0] != "serving" and place.as_posix() != "commands/serve.py":
            nodes = [
                node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ImportFrom)
            ]
            assert not [each for each in nodes if (each.module or "").startswith("mlops_actions.serving")]


class _Watch:
    """Python's own audit event of an unpickled global (PEP 578); a hook stays, so it is switched."""

    def __init__(self) -> None:
        self.on = False
        self.seen: list[str] = []
        sys.addaudithook(self._look)

    def _look(self, event: str, arguments: tuple[object, ...]) -> None:
        if self.on and event == "pickle.find_class" and arguments[0] in {"posix", "os", "nt"}:
            self.seen.append(str(arguments))


class Payload:
    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, ...]:
        return os.system, (f"touch {self.mark}",)


def test_a_model_that_bites_whoever_loads_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Trained, digested, kept, taken back, copied, served and reported: its files are only ever bytes."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
    monkeypatch.setenv("MLOPS_MODEL_CACHE", str(tmp_path / "kept"))
    mark = tmp_path / "bitten"
    watch = _Watch()
    watch.on = True
    context = make_trained(tmp_path, text("pickle", reproduce=3, hyperparameters=f", mark: {mark}"))
    validate.run(context)
    for _ in range(2):
        runs = trained(context)
        evaluated(context)
        score.run(context)
        gate.run(context)
        report.run(context)
    assert runs["candidate"].reused is not None
    model = context.results.folder / runs["candidate"].model_path
    assert (model / "model.pkl").is_file()
    assert (mark.exists(), watch.seen) == (False, [])
    (tmp_path / "control.pkl").write_bytes(pickle.dumps(Payload(tmp_path / "control")))
    pickle.loads((tmp_path / "control.pkl").read_bytes())  # noqa: S301 - shows that mark and watch would see it
    assert (tmp_path / "control").exists()
    assert watch.seen
    assert pickle.dumps(Payload(mark)) == (model / "model.pkl").read_bytes()
    watch.on = False
