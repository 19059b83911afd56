"""DS2xx: what a split must be whatever its schema says."""

from __future__ import annotations

from mlops_actions.checks.manual.entry import Entry

ENTRIES = {
    "DS201": Entry(
        "Rows beyond the first of equal ones, all columns compared, nulls equal; by sorted 64-bit hashes "
        "confirmed by the rows themselves. Rows that repeat an earlier data.key, or have none, fail, too.",
        "max_share of the rows, 0 by default: a repeated row counts twice in training and in every metric",
        "one row written twice",
        "train: 1 of n=400 rows repeat an earlier row, maximum share 0",
    ),
    "DS202": Entry(
        "Distinct values of each model input, null not being one.",
        "min_distinct, 2 by default: a constant says nothing",
        "one value in every row",
        "train.member: 1 distinct value, at least 2 are needed (n=400)",
    ),
    "DS203": Entry(
        "Rows whose text is empty or nothing but white space, on distinct values.",
        "max_share of the texts, 0 by default",
        "one text of a space and a tab",
        "train.city: 1 of n=400 texts are blank",
    ),
    "DS204": Entry(
        "Rows of training that share all model inputs with a row of another class. No model can be right on "
        "all of them; it bounds what can be reached.",
        "max_share of the rows, 0.01 by default",
        "ten rows with equal inputs, one of another class",
        "train: 10 of n=400 rows share all inputs with a row of another label (1 group), maximum share 0.01",
    ),
    "DS205": Entry(
        "The names of training's model inputs among the columns of evaluation and of the serving log (there "
        "also as served_features.NAME).",
        "none may be missing: a model cannot be judged on rows that lack what it was trained on. Left open "
        "for a serving log that has none of them: it may be one of predictions alone",
        "a model input left out of the evaluation rows",
        "evaluation: missing visits, of 5 model inputs that training has",
    ),
    "DS206": Entry(
        "Texts that are numbers, dates with the year first (of days that there are), or true and false "
        "among the texts of a column, over all rows. Numbers with a percent sign, a currency or a minus "
        "that is no hyphen are told apart, where ten or more are different: fewer may be labels. Numbers "
        "with a comma (1,234 or 0,5) are told apart: CSV with another delimiter than the comma is read with"
        " a decimal comma where all of a column's values have that form. CSV is read as dates where the "
        "year stands first, of four digits; day, month and year in another order stay text, as the form "
        "does not say which number is the month. That is told where the year has four digits, where slashes"
        " stand between, or where each number has two digits. Words for missing values (NA, alone or in "
        "angle brackets, N/A, n.a., #N/A, NaN, null, None, ?, - and \\N, in any case) are told where all "
        "other texts are of one kind: numbers (007 is none), ISO dates, or true and false; and so is white "
        "space before or after such a value, in columns within the limit of distinct values. Text on purpose "
        "is no mixture: digits of one width of which some begin with 0 (codes), at most 20 different values "
        "whose other texts are each in five rows or more and in 0.2 % of them (200, 404, timeout; none is "
        "one of these, too), and a column that the schema declares as string. Blank texts are DS203's "
        "matter.",
        "mixed from min_share numbers, dates or booleans on, 0.9 by default: one other text, or a comma, "
        "makes the whole column text; dates of another form from that share on; words for missing and white "
        "space from one value on",
        "a seventh of the numbers written as NA",
        "train.city: 57 values written as a word for missing (such as NA) make the column text; the other "
        "343 are numbers (n=400)",
    ),
    "DS207": Entry(
        "Rows whose text holds U+FFFD, UTF-8 that was read as Windows-1252 and written anew, or control "
        "signs other than tab and line ends.",
        "max_rows, 0 by default",
        "a city with a replacement sign",
        "train.city: 1 damaged text, maximum 0 (n=400)",
    ),
    "DS208": Entry(
        "Rows with an infinity, or with an extreme of nines (99, -999 and so on) that stands in several rows "
        "farther away than all other values but outliers are wide; of any column of times those with an "
        "infinite one, which every other check takes for null.",
        "none: a model takes the number at its word",
        "two incomes of -999",
        "train.income: 2 infinite values or stand-ins such as -999, maximum 0 (n=400)",
    ),
    "DS209": Entry(
        "Rows farther from the median than spread times the width of the middle 98 % of the values; of "
        "positive values on the logarithmic scale, too, so that long tails are none. Of too many distinct "
        "values the median and the width are read off bins, and the rows are counted exactly.",
        "max_rows beyond spread, 0 and 10 by default",
        "one income sixty times as high as the others",
        "train.income: 1 value beyond 10 times the width of the middle 98 %, maximum 0 (n=400)",
    ),
    "DS210": Entry(
        "Each model input's kind, and the label's, in training and in evaluation, in the base commit's "
        "training data, and in the serving log. Whole numbers, numbers and booleans are one kind, dates and "
        "times another. A text column is the other sample's kind where all its texts can be read as such "
        "(007 is no number), and is compared so; above the limit of distinct values a sample is read, which "
        "is said. A column without values on one side has no kind. The decimal sign of two CSV files is "
        "compared, too: a reader that expects a point takes 0,5 for text.",
        "none: fail against evaluation and the serving log, warn against the base commit, which a pull "
        "request may leave on purpose",
        "one income of the evaluation rows written as 50000.12 EUR, which makes the column text",
        "1 of 6 columns is of another kind in evaluation than in training; income: number in training, text "
        "in evaluation: values cannot be compared, 1 of 300 texts is no number (n=300)",
    ),
}
