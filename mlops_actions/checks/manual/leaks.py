"""DS4xx: what training and evaluation both hold, and what tells the label too well."""

from __future__ import annotations

from mlops_actions.checks.manual.entry import Entry

ENTRIES = {
    "DS401": Entry(
        "Distinct rows that stand in both splits, by the columns both have without data.exclude, nulls "
        "equal; hits by a 64-bit hash are confirmed by comparing the rows.",
        "max_rows, 0 by default: a row seen in training cannot judge a model",
        "one evaluation row that is a training row",
        "1 distinct rows stand in training and evaluation, maximum 0 (n=300)",
    ),
    "DS402": Entry(
        "Distinct keys (data.key) that stand in both splits.",
        "max_keys, 0 by default",
        "two evaluation rows with keys of training rows",
        "2 keys stand in training and evaluation, maximum 0 (n=300)",
    ),
    "DS403": Entry(
        "Evaluation rows whose model inputs and label stand in training under another key. How often such "
        "rows coincide by chance is told from how often evaluation repeats its own.",
        "max_share of the rows, 0.01 by default, or what chance explains with three standard deviations",
        "five evaluation rows with inputs and label of training rows",
        "5 of n=300 evaluation rows have inputs and label of a training row, maximum share 0.016 (as often "
        "as such rows coincide)",
    ),
    "DS404": Entry(
        "A small model of one feature at a time, out of fold, on a bounded sample: ROC AUC of classes, R2 of "
        "numbers, with its 95 % interval.",
        "max_power at the interval's lower end, 0.99 by default",
        "a feature that is written after the label",
        "train.refunded alone: roc_auc 0.9998 (0.9991 to 1.0000), maximum 0.99 (n=4,000, out of fold)",
        "Kaufman, Rosset and Perlich 2012 (leakage in data mining)",
        made_up=True,
    ),
    "DS405": Entry(
        "Rows in which a date among the model inputs lies after the row's own time (data.time).",
        "max_share of the rows, 0.01 by default",
        "eight dates a hundred days late",
        "train.opened: 8 of n=400 values lie after the row's seen, maximum share 0.01",
    ),
}
