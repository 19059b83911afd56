"""DS4xx: what training and evaluation both hold, what tells the label too well, and what is of the future."""

from __future__ import annotations

from mlops_actions.checks.manual.entry import Entry

ENTRIES = {
    "DS401": Entry(
        "Distinct rows that stand in both splits, by the columns both have without data.exclude, nulls "
        "equal; hits by a 64-bit hash are confirmed by comparing the rows. Inconclusive where they may be "
        "equal only because a double holds fewer digits than were written.",
        "max_rows, 0 by default: a row seen in training cannot judge a model",
        "one evaluation row that is a training row",
        "1 distinct row stands in training and evaluation, maximum 0 (n=300)",
    ),
    "DS402": Entry(
        "Distinct keys (data.key) that stand in both splits; a key that is text in one of them alone is "
        "compared by value, which is said: 007 is 7. Inconclusive as DS401 is.",
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
        "numbers, with its 95 % interval. Of ids and free text (more than 50 different texts, and more than "
        "half of the rows) each simple part by itself: the first and last one to three characters, the first "
        "and last word, what is left without digits, the length and the place in alphabetical order; the "
        "part that tells most is named.",
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
    "DS406": Entry(
        "Training rows whose data.time lies after the first evaluation row's; above the limit of distinct "
        "values from bins, exact at that row. Whether the split is by time is told by how probable it is "
        "that a training row lies before an evaluation row (ties as half). About one half is a random split, "
        "which is common and passes. From 0.9 on it is a split by time, of which rows after its border are a "
        "warning. Up to 0.1 it is backwards, a warning, and a failure where every training row lies after "
        "every evaluation row. Where there are too few distinct times to rule out chance (four standard "
        "deviations) nothing fails.",
        "max_share of the rows, 0.01 by default. With by_time: true the split is held to be by time: rows "
        "drawn at random fail, too",
        "every training row 60 days later, after all evaluation rows",
        "train.seen: 400 of n=400 training rows lie after the first evaluation row, maximum share 0.01; all "
        "of them lie after the last one, too: training comes after evaluation",
    ),
}
