"""DS1xx: the committed schema against each split."""

from __future__ import annotations

from mlops_actions.checks.manual.entry import Entry

_DECLARED = "the schema's own (data.schema, the base commit's)"
ENTRIES = {
    "DS101": Entry(
        "The type that the file has for the column; whole numbers are allowed where numbers are declared. "
        "Where all values of an integer column are whole and a null is among the rows, numbers stored with "
        "decimals (7.0) pass: pandas makes them of integers with a null, which the null rule judges. Without "
        "a null, or beyond 15 digits, they are a warning. A wrong type hides nothing: the other rules judge "
        "what can be compared, a text as what it can be read as, and say where they cannot. "
        "The values that are not of the declared type are counted, and the first 20 named by their data row "
        "(from 1, the header being none); on Spark they are counted alone.",
        f"{_DECLARED}: fail, or warn for whole numbers that are stored with decimals without a null",
        "whole numbers written as text, one of them a word",
        "train.visits is string, declared integer: 1 of 400 values is no integer, the first in data row 8 "
        "(n=400)",
    ),
    "DS102": Entry(
        "Nulls among all rows; NaN counts as null. A null is judged here and nowhere else.",
        "nullable and max_null_rate of the schema",
        "21 nulls among 400 rows, where 20 are allowed",
        "train.income: null rate 0.0525 > 0.05 (21 of n=400)",
    ),
    "DS103": Entry(
        "Rows whose value lies below minimum or above maximum, from exact value counts; above the limit of "
        "distinct values counted by the scanner. Nulls are left out.",
        "minimum and maximum of the schema, both allowed themselves",
        "one value just below the minimum",
        "train.income: 1 of n=400 values outside [1000, 2000]",
    ),
    "DS104": Entry(
        "Rows whose value is none of the declared categories, on distinct values. Nulls are left out.",
        "categories of the schema",
        "one category that is not declared",
        "train.city: 1 of n=400 values outside the 3 declared categories",
    ),
    "DS105": Entry(
        "Rows whose text the regular expression does not match, on distinct values. Nulls are left out.",
        "pattern of the schema",
        "one key with another first letter",
        "train.customer: 1 of n=400 values outside ^[CE][0-9]{4}$",
    ),
    "DS106": Entry(
        "Rows beyond the first of each value. Nulls are left out.",
        "unique of the schema: none may repeat",
        "one key written twice",
        "train.customer: 1 of n=400 values repeat an earlier one, maximum 0",
    ),
    "DS107": Entry(
        "The names of the file's columns against those of the schema.",
        "the schema names every column, unless it allows others",
        "a declared column left out",
        "train: missing visits: 1 of n=9 columns, maximum 0",
    ),
    "DS108": Entry(
        "Mean, median and standard deviation (n - 1) of finite values, and the share of the most common "
        "value; exact from value counts. A median from bins is interpolated within its bin.",
        "distribution of the schema; what `mlops schema infer` writes has room for sampling error",
        "every income raised by 150",
        "evaluation.income: mean 1,649 is outside [1,400, 1,600] (n=300)",
    ),
    "DS109": Entry(
        "Characters of each distinct text. Nulls are left out.",
        "min_length and max_length of the schema",
        "a key of six characters, where five are declared",
        "train.customer: 1 of n=400 texts have a length outside [5, 5]",
    ),
    "DS110": Entry(
        "Rows for which an SQL predicate over several columns is false; unknown (null) is not false, as in "
        "SQL's CHECK. The predicate may read columns and nothing else.",
        "max_share of the schema's row rule, 0 by default",
        "one row in which the predicate is false",
        "train: 1 of n=400 rows break rich_leave (churned = 0 OR income > 1700), maximum share 0",
    ),
    "DS111": Entry(
        "Rows beyond the first of each combination of the columns, by sorted 64-bit hashes confirmed by the "
        "rows themselves.",
        "keys of the schema: none may repeat",
        "one combination written twice",
        "train: 1 of n=400 rows repeat an earlier key (customer, city)",
    ),
    "DS112": Entry(
        "Rows whose key, none of it null, is in no row of the table it refers to.",
        "references of the schema",
        "one city that the reference does not have",
        "train: 1 of n=400 rows have a city that is not in the reference rows, maximum share 0",
    ),
}
