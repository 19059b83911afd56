"""Every dataset check, in one explicit tuple. Ids are families with room to grow."""

from __future__ import annotations

import difflib

from mlops_actions.checks import catalog_labels as more
from mlops_actions.checks import catalog_privacy as privacy
from mlops_actions.checks.check import Check
from mlops_actions.errors import UsageError

_SCHEMA = ("data.schema",)
TYPE = Check(
    "DS101",
    "Column type",
    "Is the column of the declared type?",
    "Mend the writer, or change the schema in a pull request of its own.",
    _SCHEMA,
)
NULLS = Check(
    "DS102",
    "Nulls",
    "Is null where it may be, and rare enough?",
    "Find why values are missing; raise max_null_rate only if that is meant.",
    _SCHEMA,
)
RANGE = Check(
    "DS103",
    "Range",
    "Do all values lie between minimum and maximum?",
    "Look at the values outside: a unit change, a sentinel, or a new reality.",
    _SCHEMA,
)
CATEGORY = Check(
    "DS104",
    "Categories",
    "Is every value a declared category?",
    "Add a category that is meant; mend the writer otherwise.",
    _SCHEMA,
)
PATTERN = Check(
    "DS105",
    "Pattern",
    "Does every value match the declared pattern?",
    "Mend the writer, or widen the pattern.",
    _SCHEMA,
)
UNIQUE = Check(
    "DS106",
    "Uniqueness",
    "Does every value stand once?",
    "Remove the repeated rows, or drop unique from the schema.",
    _SCHEMA,
)
COLUMNS = Check(
    "DS107",
    "Columns",
    "Are all declared columns there, and no others?",
    "Add the missing column, drop or declare the one that is not declared.",
    _SCHEMA,
)
DISTRIBUTION = Check(
    "DS108",
    "Distribution bound",
    "Do mean, median, std and shares keep to their bounds?",
    "Look for a unit change or another population before you widen a bound.",
    _SCHEMA,
)
LENGTH = Check(
    "DS109",
    "Text length",
    "Has every text a declared length?",
    "Look for cut-off or run-together texts; mend the writer, or change min_length or max_length.",
    _SCHEMA,
)
PREDICATE = Check(
    "DS110",
    "Row predicate",
    "Is the schema's condition on several columns true in every row?",
    "Look at the rows where it is false; mend the writer, or raise max_share if some are meant.",
    _SCHEMA,
)
KEYS = Check(
    "DS111",
    "Composite key",
    "Do these columns together stand once?",
    "Remove the repeated rows, or name the column that tells them apart.",
    _SCHEMA,
)
REFERENCE = Check(
    "DS112",
    "Reference",
    "Is the key of every row among the rows it refers to?",
    "Add the missing rows there (of a file they rule after the merge), or mend the key here.",
    _SCHEMA,
)
DUPLICATES = Check(
    "DS201",
    "Duplicate rows",
    "Does a whole row stand more than once?",
    "Remove them, or say why a row may repeat.",
)
CONSTANT = Check(
    "DS202", "Constant column", "Does the column say anything?", "Drop the column, or mend what fills it."
)
BLANKS = Check(
    "DS203",
    "Blank text",
    "Is there text of blanks only, where null is meant?",
    "Write null instead of blank text.",
)
CONFLICTS = Check(
    "DS204",
    "Conflicting labels",
    "Do equal features have different labels?",
    "Find what tells those rows apart, or mend the labels.",
    ("data.target",),
)
SPLITS = Check(
    "DS205",
    "Inputs in both splits",
    "Is every model input of training in evaluation and in the serving log, too?",
    "Write the missing column into the evaluation rows, or exclude it from the inputs.",
    ("data.evaluation",),
)
MIXED = Check(
    "DS206",
    "Mixed types",
    "Are numbers, booleans or dates text for how they are written, or for other texts among them?",
    "Write numbers with a point, dates as ISO 8601 (YYYY-MM-DD), nothing around either, and null (in CSV an "
    "empty field) for a missing value; one such text makes the whole column text.",
)
DAMAGED = Check(
    "DS207",
    "Damaged text",
    "Are there replacement signs, wrongly decoded letters or control signs?",
    "Read the source in its own encoding and write UTF-8.",
)
SPECIAL = Check(
    "DS208",
    "Special values",
    "Are there infinities (of dates, too), or numbers such as -999 that stand for something else?",
    "Write null instead: a model takes the number at its word.",
)
OUTLIERS = Check(
    "DS209",
    "Outliers",
    "Do values lie far beyond all others?",
    "Look at these rows: a wrong unit, a slipped decimal point, or real.",
)
KIND = Check(
    "DS210",
    "Kind in both samples",
    "Is each model input, and the label, of the same kind in either sample?",
    "Write the column alike everywhere: one text among numbers makes a whole column text, and a model that "
    "is fed another kind than it was trained on fails.",
)
DRIFT = Check(
    "DS301",
    "Drift",
    "Is evaluation distributed as training, and as full?",
    "Find what changed: time, source, filter or unit.",
    ("data.evaluation",),
)
PREVALENCE = Check(
    "DS302",
    "Label prevalence",
    "Is each label as common as in the reference?",
    "Find what changed: the time, the source, the filter or the labelling; a model's probabilities are only "
    "calibrated for the prevalence that it was trained on.",
)
NOVELTY = Check(
    "DS303",
    "New categories",
    "Does the reference have every category?",
    "Train on rows that have them, or map them to a category the model knows.",
)
HISTORY = Check(
    "DS304",
    "Drift of the training data",
    "Is the training data distributed as the base commit's, and as full?",
    "Find what changed: time, source, filter or unit.",
    ("the base commit's data",),
)
SKEW = Check(
    "DS305",
    "Skew",
    "Are served features distributed as in training, and as full?",
    "Compare how training and serving compute the column: the same code should do both.",
    ("data.serving_log",),
)
PREDICTIONS = Check(
    "DS306",
    "Prediction drift",
    "Are served predictions distributed as expected?",
    "Look at drift of features first; then retrain, or recalibrate the threshold.",
    ("data.serving_log",),
)
ROW_LEAK = Check(
    "DS401",
    "Rows in both splits",
    "Does a training row stand in evaluation?",
    "Split by key before anything else.",
    ("data.evaluation",),
)
KEY_LEAK = Check(
    "DS402",
    "Keys in both splits",
    "Does a key stand in both splits?",
    "Split by key.",
    ("data.evaluation", "data.key"),
)
TWIN_LEAK = Check(
    "DS403",
    "Same rows under other keys",
    "Does an evaluation row's content stand in training under another key?",
    "Split by what tells the rows apart: a key that was given anew hides that they are the same. Where rows "
    "are snapshots of one thing and may repeat, raise max_share; where they may not, set severity: fail.",
    ("data.evaluation", "data.key"),
)
LABELS = Check(
    "DS501",
    "Labels",
    "Is every row labelled and weighted as declared, with every class common enough?",
    "Label the rows, or collect more of the rare class; mend the weights, or what mlops.yaml says of them.",
    ("data.target",),
)
SIZE = Check(
    "DS601",
    "Size",
    "Are there enough rows to judge a model?",
    "Collect more rows; figures below this are noise.",
)
SOURCE = Check(
    "DS701",
    "Source",
    "Does the file belong to a declared source, with this checksum?",
    "Declare the source with owner, licence and sha256.",
    ("data.sources",),
)
PERSONAL = Check(
    "DS801",
    "Personal data",
    "Do distinct values look like addresses, names, cards, accounts or national numbers of people?",
    "Drop or hash the column, or declare it in data.sensitive.",
)

CATALOG: tuple[Check, ...] = (
    TYPE, NULLS, RANGE, CATEGORY, PATTERN, UNIQUE, COLUMNS, DISTRIBUTION,
    LENGTH, PREDICATE, KEYS, REFERENCE,
    DUPLICATES, CONSTANT, BLANKS, CONFLICTS, SPLITS, MIXED, DAMAGED, SPECIAL, OUTLIERS,
    KIND,
    DRIFT, PREVALENCE, NOVELTY, HISTORY, SKEW, PREDICTIONS,
    ROW_LEAK, KEY_LEAK, TWIN_LEAK, more.POWER_LEAK, more.FUTURE_LEAK, more.TIME_LEAK,
    LABELS, more.LABEL_ERRORS, more.IMBALANCE, more.FRESHNESS, more.LABEL_DRIFT, more.PROVENANCE,
    SIZE, more.LEARNING_CURVE, more.TRAINING_COST, more.SLICE_ROWS,
    SOURCE, privacy.LICENCE, privacy.SOURCE_CHANGE, privacy.RETENTION,
    PERSONAL, privacy.CANARY, privacy.SMALL_GROUPS,
)  # fmt: skip
IDS = tuple(check.id for check in CATALOG)


def lookup(identifier: str) -> Check:
    """The check of that id; UsageError names the nearest ones."""
    for check in CATALOG:
        if check.id == identifier.upper():
            return check
    near = difflib.get_close_matches(identifier.upper(), IDS, n=3)
    raise UsageError(f"no dataset check {identifier!r}", hint=f"Nearest: {', '.join(near or IDS[:3])}.")
