"""Which file of a folder is the model, and how it is read: skops, ONNX, or (in a container) a pickle."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlops_actions.errors import DependencyError, ServingError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SKOPS_SUFFIX = ".skops"
ONNX_SUFFIX = ".onnx"
SAFE_SUFFIXES = (SKOPS_SUFFIX, ONNX_SUFFIX)
PICKLE_SUFFIXES = (".joblib", ".pkl", ".pickle")
ALWAYS_TRUSTED = ("numpy.dtype",)


def in_container(environ: Mapping[str, str], root: Path = Path("/")) -> bool:
    """Whether docker, Podman or Kubernetes runs this process: their marks, where they put them."""
    marks = (root / ".dockerenv", root / "run/.containerenv")
    return "KUBERNETES_SERVICE_HOST" in environ or any(mark.exists() for mark in marks)


def find_model(path: Path, *, allow_pickle: bool) -> Path:
    """A model file, or the one of a folder: .skops or .onnx, else (only when allowed) a pickle."""
    try:
        found = _candidates(path)
    except OSError as error:
        raise ServingError(
            f"{path}: {error.strerror}", hint=f"The server's user ({os.getuid()}) must be able to read it."
        ) from error
    if len(found) != 1:
        names = ", ".join(each.name for each in found) or "none"
        raise ServingError(
            f"{path}: one model file is required, seen: {names}",
            hint="Write one model.skops (skops.io.dump) or model.onnx; --model-dir may also name the file.",
        )
    if found[0].suffix in PICKLE_SUFFIXES and not allow_pickle:
        raise ServingError(
            f"{found[0]}: a pickle can run any code when it is read, and this is no container",
            hint="Write it with skops.io.dump, serve it in a container, or pass --allow-pickle.",
        )
    return found[0]


def _candidates(path: Path) -> list[Path]:
    """Model files; pickles only where there is no other."""
    if path.is_file():
        return [path] if path.suffix in {*SAFE_SUFFIXES, *PICKLE_SUFFIXES} else []
    if not path.is_dir():
        raise ServingError(
            f"{path}: no such folder", hint="Give the folder the training wrote to: --model-dir."
        )
    files = sorted(each for each in path.iterdir() if each.is_file())
    safe = [each for each in files if each.suffix in SAFE_SUFFIXES]
    return safe or [each for each in files if each.suffix in PICKLE_SUFFIXES]


def load_estimator(
    path: Path, trusted: Sequence[str] = (), features: Sequence[str] = (), *, contained: bool = False
) -> Any:
    """Read the model: what has predict, and maybe predict_proba, classes_ and feature_names_in_.

    ServingError: a file that cannot be read, or a skops file with types that are neither known nor in
    `trusted`. In a container scikit-learn's own compiled types pass as well: skops does not know all of them
    (a tree's), and a pickle would be read there. DependencyError: the library that reads it is not installed.
    """
    try:
        if path.suffix == ONNX_SUFFIX:
            from mlops_actions.serving.onnx import OnnxModel  # noqa: PLC0415 - an extra

            return OnnxModel(path, features)
        return _skops(path, trusted, contained) if path.suffix == SKOPS_SUFFIX else _joblib(path)
    except ImportError as error:
        extra = "onnx" if path.suffix == ONNX_SUFFIX else "serve"
        raise DependencyError(
            f"{path.name}: {error.name} is not installed",
            hint=f"Install mlops-actions[{extra}], and what the model itself is made of.",
        ) from error
    except ServingError:
        raise
    except Exception as error:
        said = (str(error).splitlines() or [""])[0][:200]
        raise ServingError(
            f"{path}: cannot be read: {type(error).__name__}: {said}",
            hint="The file may be cut short, or written by another version of its library.",
        ) from error


def _joblib(path: Path) -> Any:
    import joblib  # noqa: PLC0415 - only inside the user's image

    return joblib.load(path)


def _skops(path: Path, trusted: Sequence[str], contained: bool) -> Any:
    import skops.io  # noqa: PLC0415 - only inside the user's image

    allowed = {*ALWAYS_TRUSTED, *trusted}
    doubtful = set(skops.io.get_untrusted_types(file=path))
    if contained:
        allowed |= {name for name in doubtful if name.startswith("sklearn.")}
    unknown = sorted(doubtful - allowed)
    if unknown:
        flags = " ".join(f"--trust {name}" for name in unknown)
        raise ServingError(
            f"{path}: types that are not known to be safe: {', '.join(unknown)}",
            hint=f"If they are yours, pass {flags}",
        )
    return skops.io.load(path, trusted=sorted(allowed))
