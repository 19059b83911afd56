"""The attack list: what an untrusted expression may not say, on whichever DuckDB is installed."""

from __future__ import annotations

import duckdb
import pytest

from mlops_actions.adapters.datasets.expression_guard import (
    FUNCTIONS,
    MAX_CHARACTERS,
    PREFIX,
    SUFFIX,
    Refusal,
    check_text,
    check_tree,
)

COLUMNS = ("label", "prediction", "score", "monthly_charges", "Contract", "odd name")


def used_columns(expression: str) -> tuple[str, ...]:
    check_text(expression)
    found = (
        duckdb.connect().execute("SELECT json_serialize_sql(?)", [PREFIX + expression + SUFFIX]).fetchone()
    )
    assert found is not None
    return check_tree(found[0], expression, COLUMNS)


@pytest.mark.parametrize(
    ("expression", "used"),
    [
        ("1", ()),
        ("label", ("label",)),
        ("LABEL + Label", ("label",)),
        ("contract = 'One year'", ("Contract",)),
        ('"odd name" * 2', ("odd name",)),
        (
            """CASE WHEN prediction = 1 AND label = 1 THEN 0.25 * 6 * monthly_charges - 40
                    WHEN prediction = 1 THEN -40 ELSE 0 END""",
            ("label", "monthly_charges", "prediction"),
        ),
        ("CASE label WHEN 1 THEN 2 ELSE 0 END", ("label",)),
        ("score BETWEEN 0.2 AND 0.8", ("score",)),
        ("label IN (0, 1) OR NOT prediction <> 1", ("label", "prediction")),
        ("label IS NULL AND score IS NOT NULL", ("label", "score")),
        ("coalesce(score, 0) // 1 + score % 2 / 3", ("score",)),
        ("CAST(label AS DOUBLE) + label::decimal(10,2) + TRY_CAST(contract AS int)", ("Contract", "label")),
        ("round(pow(score, 2), 3) + least(label, greatest(prediction, 1))", ("label", "prediction", "score")),
        ("CASE WHEN upper(contract) = '-- not a comment /*' THEN 1 ELSE 0 END", ("Contract",)),
        ("true", ()),
        ("- -1", ()),
    ],
)
def test_row_wise_arithmetic_is_allowed(expression: str, used: tuple[str, ...]) -> None:
    assert used_columns(expression) == used


@pytest.mark.parametrize(
    "call",
    [
        "abs(score)", "round(score)", "floor(score)", "ceil(score)", "least(score)", "greatest(score)",
        "coalesce(score)", "ln(score)", "exp(score)", "sqrt(score)", "pow(score, 2)", "lower('a') = 'a'",
        "upper('a') = 'a'", "score + 1", "score - 1", "score * 1", "score / 1", "score // 1", "score % 1",
    ],
)  # fmt: skip
def test_each_listed_function_is_allowed(call: str) -> None:
    used_columns(call)


def test_the_list_of_functions_is_the_one_above() -> None:
    assert len(FUNCTIONS) == 19


@pytest.mark.parametrize(
    ("expression", "seen"),
    [
        ("read_text('/etc/passwd')", "function 'read_text'"),
        ("read_csv('/etc/passwd')", "function 'read_csv'"),
        ("read_blob('x')", "function 'read_blob'"),
        ("getenv('GITHUB_TOKEN')", "function 'getenv'"),
        ("current_setting('home_directory')", "function 'current_setting'"),
        ("repeat('x', 1000000000)", "function 'repeat'"),
        ("rpad('x', 1000000000, 'y')", "function 'rpad'"),
        ("list_sum(range(1000000000))", "function 'list_sum'"),
        ("write_log('x')", "function 'write_log'"),
        ("enable_logging()", "function 'enable_logging'"),
        ("parse_duckdb_log_message('x', 'y')", "function 'parse_duckdb_log_message'"),
        ("query('SELECT 1')", "function 'query'"),
        ("error('x')", "function 'error'"),
        ("nextval('s')", "function 'nextval'"),
        ("random()", "function 'random'"),
        ("now()", "function 'now'"),
        ("sleep_ms(100000)", "function 'sleep_ms'"),
        ("sum(label)", "function 'sum'"),
        ("count(*)", "function 'count_star'"),
        ("main.abs(label)", "function 'main.abs'"),
        ("system.main.abs(label)", "function 'system.main.abs'"),
        ("abs(DISTINCT label)", "a clause inside abs()"),
        ("abs(label ORDER BY label)", "a clause inside abs()"),
        ("abs(label) FILTER (WHERE label = 1)", "a clause inside abs()"),
        ("abs(x := label)", "a clause inside abs()"),
        ("contract LIKE '%a%'", "function '~~'"),
        ("contract ~ '(a+)+$'", "function '"),
        ("'a' || contract", "function '||'"),
        ("label ** 2", "function '**'"),
        ("[1, 2]", "list_value'"),
        ("{'a': 1}", "function '"),
        ("(1, 2)", "row'"),
        ("1, 2", "row'"),
        ("list_transform([1], lambda x: x)", "function 'list_transform'"),
        ("lambda x: x", "a lambda"),
        ("contract[1]", "the operator ARRAY_EXTRACT"),
        ("(SELECT 1)", "a subquery"),
        ("label + (SELECT max(score) FROM rows)", "a subquery"),
        ("EXISTS (SELECT 1)", "a subquery"),
        ("label = ANY (SELECT 1)", "a subquery"),
        ("label IN (SELECT 1)", "a subquery"),
        ("sum(label) OVER ()", "a window function"),
        ("row_number() OVER ()", "a window function"),
        ("*", "a star"),
        ("COLUMNS(*)", "a star"),
        ("?", "a parameter"),
        ("$1", "a parameter"),
        ("$name", "a parameter"),
        ("#1", "a positional reference"),
        ("contract COLLATE nocase", "a collation"),
        ("nope", "the column 'nope'"),
        ("rows.label", "the column 'rows.label'"),
        ("main.rows.label", "the column 'main.rows.label'"),
        ("rowid", "the column 'rowid'"),
        ("current_user", "'"),
        ("DATE '2020-01-01'", "a cast to DATE"),
        ("CAST('x' AS ENUM('x'))", "a cast to"),
        ("CAST(label AS INTEGER[])", "a cast to"),
        ("CAST(label AS STRUCT(a INTEGER))", "a cast to"),
        ("label::JSON", "a cast to JSON"),
        ("label::BLOB", "a cast to BLOB"),
        ("label::BIT", "a cast to BIT"),
        ("1) FROM read_text('/etc/passwd'); SELECT (1", "more than one expression"),
        ("1) FROM (SELECT 1", "more than one expression"),
        ("1) AS x, (2", "more than one expression"),
        ("1) ORDER BY (1", "more than one expression"),
        ("1) LIMIT (1", "more than one expression"),
        ("1) WHERE (1 = 1", "more than one expression"),
        ("1) UNION SELECT (2", "more than one expression"),
        ("1); COPY (SELECT 1) TO 'x.csv'; SELECT (1", ""),
        ("1); ATTACH 'x.db'; SELECT (1", ""),
        ("1); PRAGMA version; SELECT (1", ""),
        ("1); INSTALL httpfs; SELECT (1", ""),
        ("label;", "syntax error"),
        ("; SELECT 1", "syntax error"),
        ("COPY rows TO 'x'", "syntax error"),
        ("label +", "ends too early"),
        ("CASE WHEN label = 1 THEN 1", "ends too early"),
        ("label -- comment", "the comment mark --"),
        ("1--1", "the comment mark --"),
        ("label /* comment */", "the comment mark /*"),
        ("label /* 'quoted */ + 1", "the comment mark /*"),
        ("", "an empty expression"),
        (" \n ", "an empty expression"),
        ("label\x00", "invisible character U+0000"),
        ("label\u00a0+ 1", "invisible character U+00A0"),
        ("label\u200b", "invisible character U+200B"),
        ("label \u202e+ 1", "invisible character U+202E"),
        ("label\u2028+ 1", "invisible character U+2028"),
        ("\uff4cabel", "the column"),
        ("l\u0430bel", "the column"),
        ("label \uff0b 1", ""),
        ("1" * (MAX_CHARACTERS + 1), f"{MAX_CHARACTERS + 1} characters"),
        ("NOT " * 900 + "true", "deep"),
        ("abs(" * 700 + "1" + ")" * 700, "deep"),
        ("1" + "+1" * 1900, "dep"),
    ],
)
def test_everything_else_is_refused(expression: str, seen: str) -> None:
    with pytest.raises(Refusal) as caught:
        used_columns(expression)
    assert seen in caught.value.seen
    assert caught.value.allowed


def test_positions_count_characters_not_bytes() -> None:
    with pytest.raises(Refusal) as caught:
        used_columns("'ééé' = 'é' AND nope")
    assert caught.value.position == len("'ééé' = 'é' AND ") + 1


def test_many_small_parts_are_legal() -> None:
    assert used_columns("label IN (" + ", ".join(["1"] * 1300) + ")") == ("label",)


def test_too_many_parts_are_refused() -> None:
    wide = "[" + ",".join(["{}"] * 3000) + "]"
    constant = '{"class": "CONSTANT", "type": "VALUE_CONSTANT"}'
    tree = (
        '{"error": false, "statements": [{"node": {"type": "SELECT_NODE", "from_table": {"type": "EMPTY"},'
        ' "cte_map": {"map": []}, "select_list": [{"class": "CASE", "parts": '
        + wide.replace("{}", constant)
        + "}]}}]}"
    )
    with pytest.raises(Refusal, match="more than 2000 parts"):
        check_tree(tree, "1", COLUMNS)


def test_a_class_of_a_later_duckdb_is_refused_by_its_name() -> None:
    tree = (
        '{"error": false, "statements": [{"node": {"type": "SELECT_NODE", "from_table": {"type": "EMPTY"},'
        ' "cte_map": {"map": []}, "select_list": [{"class": "TELEPATHY", "type": "NEW"}]}}]}'
    )
    with pytest.raises(Refusal, match="TELEPATHY"):
        check_tree(tree, "1", COLUMNS)
