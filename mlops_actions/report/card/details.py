"""What the model is, which data it has seen, and how to make it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.report.blocks import Log, Paragraph, Table, code, text
from mlops_actions.report.figures import NONE, seconds
from mlops_actions.results.containment import contained_words

if TYPE_CHECKING:
    from mlops_actions.report.blocks import Block, Inline
    from mlops_actions.report.card.about import About
    from mlops_actions.report.view import View
    from mlops_actions.results.envelope import InputRecord
    from mlops_actions.results.training import ModelRun


def details(view: View, run: ModelRun, about: About) -> tuple[Block, ...]:
    """Commit, digests, environment and cost of the training; whole digests, for a reader compares them."""
    place = run.environment
    said: list[tuple[str, Inline]] = [
        ("Project", text(view.project)),
        ("Commit", code(run.sha or view.source.sha)),
        ("Made", text(f"{view.training.created_at:%Y-%m-%d %H:%M} UTC" if view.training else "")),
        ("With", text(f"mlops-actions {view.tool_version}, {_where(run)}")),
        ("Reused", text(run.reused.sentence if run.reused is not None else "")),
        ("Model", code(run.model_digest)),
        ("Size", text(f"{run.model_bytes:,} bytes" if run.model_bytes else "")),
        ("Signature", code(run.signature_sha256)),
        ("Verified with", code(about.public_key if run.signature_sha256 else "")),
        ("Image", code(place.image_digest)),
        ("Lock", code(place.lock_sha256)),
        ("Source", code(run.source_sha256)),
        ("Bill of materials", code(run.sbom)),
        ("its sha256", code(run.sbom_sha256)),
        ("Hyperparameters", code(", ".join(f"{k}={v}" for k, v in sorted(run.hyperparameters.items())))),
        ("Seed, hash seed, threads", text(_seeds(run))),
        ("Python", text(place.python)),
        ("Platform", text(place.platform)),
        ("Processor", text(place.cpu_model)),
        ("Training took", text(_cost(run))),
    ]
    rows = tuple((text(name), value) for name, value in said if value and value[0].text)
    return (Table(("", ""), rows),)


def _where(run: ModelRun) -> str:
    if run.origin != "trained":
        return "predictions made elsewhere"
    return f"executor {run.executor}, {contained_words(run.opt_outs, contained=run.contained)}"


def _seeds(run: ModelRun) -> str:
    values = (run.seed, run.environment.hash_seed, run.environment.threads)
    return ", ".join(NONE if each is None else str(each) for each in values) if run.key else ""


def _cost(run: ModelRun) -> str:
    if not run.duration_seconds:
        return ""
    said = seconds(run.duration_seconds)
    if run.cpu_seconds is not None:
        said += f", {seconds(run.cpu_seconds)} of a processor"
    if run.peak_rss_bytes:
        said += f", at most {run.peak_rss_bytes / 2**20:,.0f} MiB"
    return said


def data(view: View, about: About, role: str, run: ModelRun | None = None) -> tuple[Block, ...]:
    """Rows, columns, digest and declared source of one split; of the training every channel's digest."""
    name = about.train if role == "train" else about.evaluation
    datasets = view.dataset.payload.datasets if view.dataset is not None else ()
    split = next((each for each in datasets if each.role == role), None)
    record = _record(view, role)
    said: list[tuple[str, Inline]] = [("File", code(name))]
    if split is not None:
        said.append(("Rows and columns", text(f"{split.rows:,} x {len(split.columns):,}")))
    if record is not None:
        said.append(("sha256", code(record.sha256)))
    for channel, digest in sorted(run.channels.items()) if run is not None else ():
        if record is None or digest != record.sha256:
            said.append((f"Channel {channel}", code(digest)))
    for source in about.sources:
        if source.name == name:
            told = ", ".join(each for each in (source.owner, source.licence) if each)
            by = f"; authorised by {source.authorised_by}" if source.authorised_by else ""
            said.append(("Source", text(f"{told}{by}")))
    return (Table(("", ""), tuple((text(key), value) for key, value in said)),) if name else ()


def _record(view: View, role: str) -> InputRecord | None:
    envelope = view.training if role == "train" else view.evaluation
    return (
        next((each for each in envelope.inputs if each.role == role), None) if envelope is not None else None
    )


def reproduce(view: View, run: ModelRun, about: About) -> tuple[Block, ...]:
    """The commands, and what the second training showed."""
    lines = []
    if run.sha or view.source.sha:
        lines.append(f"git checkout {run.sha or view.source.sha}")
    executor = f" --executor {run.executor}" if run.executor in {"docker", "process"} else ""
    config = f" --config {about.config_file}" if about.config_file != "mlops.yaml" else ""
    lines += [
        f"pip install 'mlops-actions[evaluate] @ git+https://github.com/org/mlops-actions@v{view.tool_version}'",
        f"mlops run --no-reuse --no-comment{executor}{config}",
    ]
    if run.signature and about.public_key:
        folder = f".mlops/results/{run.model_path}"
        lines.append(
            f"model_signing verify key {folder} --signature .mlops/results/{run.signature} "
            f"--public_key {about.public_key}"
        )
    found: list[Block] = [Log(tuple(lines))]
    twice = view.evaluation.payload.reproduction if view.evaluation is not None else None
    if twice is not None:
        found.append(Paragraph(text(twice.sentence)))
    else:
        found.append(Paragraph(text("It was trained once: whether that can be repeated is not known.")))
    return tuple(found)
