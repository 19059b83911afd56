"""What an SQL expression over one row may contain: an allow-list over DuckDB's own parse tree (pure).

An expression (a KPI's value, a schema's predicate) is from an untrusted file. The tree is what
`json_serialize_sql` returns for a SELECT of the expression in parentheses; the shapes of DuckDB 1.5 and 2.0
are both read. What is not listed is refused.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

PREFIX = "SELECT ("
SUFFIX = "\n)"
MAX_CHARACTERS = 4000
MAX_NODES = 2000
MAX_DEPTH = 200

FUNCTIONS = (
    "+", "-", "*", "/", "//", "%", "abs", "round", "floor", "ceil", "least", "greatest", "coalesce",
    "ln", "exp", "sqrt", "pow", "lower", "upper",
)  # fmt: skip
TRUTHS = ("starts_with", "ends_with", "contains", "isfinite")
PREDICATE_FUNCTIONS = (*TRUTHS, "length", "trim", "year", "month", "day", "date_diff")
CLASSES = (
    "CASE", "COLUMN_REF", "COMPARISON", "CONSTANT", "CONJUNCTION", "OPERATOR", "BETWEEN", "CAST", "FUNCTION",
    "TYPE",
)  # fmt: skip
OPERATORS = (
    "OPERATOR_NOT", "OPERATOR_IS_NULL", "OPERATOR_IS_NOT_NULL", "OPERATOR_COALESCE", "COMPARE_IN",
    "COMPARE_NOT_IN",
)  # fmt: skip
TYPES = (
    "BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER",
    "UBIGINT", "FLOAT", "DOUBLE", "DECIMAL", "VARCHAR",
)  # fmt: skip
PARSED_AS_MAIN = frozenset({"trim", "ltrim", "rtrim"})  # what DuckDB 1.5 makes of trim(x) itself
_TYPE_ALIASES = {
    "BOOL": "BOOLEAN", "INT": "INTEGER", "INT4": "INTEGER", "INT8": "BIGINT", "LONG": "BIGINT",
    "FLOAT4": "FLOAT", "REAL": "FLOAT", "FLOAT8": "DOUBLE", "NUMERIC": "DECIMAL", "TEXT": "VARCHAR",
    "STRING": "VARCHAR",
}  # fmt: skip
_QUOTED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"")
_SPACES = frozenset(" \t\n\r")

Node = dict[str, Any]


@dataclass(frozen=True)
class Allowed:
    """What an expression may use; `truth`: its value is true, false or null."""

    functions: tuple[str, ...] = FUNCTIONS
    types: tuple[str, ...] = TYPES
    truth: bool = False


KPI = Allowed()
PREDICATE = Allowed((*FUNCTIONS, *PREDICATE_FUNCTIONS), (*TYPES, "DATE", "TIMESTAMP"), truth=True)


class Refusal(Exception):  # noqa: N818 - a verdict on an expression; the runner makes a ConfigError of it
    """Why an expression is not evaluated: what was seen, what is allowed, and the 1-based character."""

    def __init__(self, seen: str, allowed: str, position: int | None = None) -> None:
        super().__init__(seen)
        self.seen = seen
        self.allowed = allowed
        self.position = position


def check_text(expression: str) -> None:
    """Refuse what needs no parser: length, invisible characters, comments."""
    if not expression.strip():
        raise Refusal("an empty expression", "one SQL expression per row, as 'label * 10'")
    if len(expression) > MAX_CHARACTERS:
        raise Refusal(f"{len(expression)} characters", f"at most {MAX_CHARACTERS}")
    for index, character in enumerate(expression):
        category = unicodedata.category(character)
        if character not in _SPACES and (category[0] == "C" or category in {"Zs", "Zl", "Zp"}):
            name = f"the invisible character U+{ord(character):04X}"
            raise Refusal(name, "printable characters, spaces, tabs and line ends", index + 1)
    bare = _QUOTED.sub(lambda match: "x" * len(match[0]), expression)
    for mark in ("--", "/*"):
        if mark in bare:
            allowed = "no comments: in a folded YAML text they swallow the rest (a double minus is - -1)"
            raise Refusal(f"the comment mark {mark}", allowed, bare.index(mark) + 1)


def check_tree(
    serialized: str, expression: str, columns: Collection[str], allowed: Allowed = KPI
) -> tuple[str, ...]:
    """The declared columns the expression uses, sorted; raises Refusal for anything not listed."""
    try:
        tree = json.loads(serialized)
    except RecursionError as error:
        raise _too_deep() from error
    if tree["error"]:
        raise _syntax_error(tree, expression)
    declared = {name.lower(): name for name in columns}
    used: set[str] = set()
    top = _expression(tree)
    for count, node in enumerate(_nodes(top, 0), start=1):
        if count > MAX_NODES:
            raise Refusal(f"more than {MAX_NODES} parts", f"at most {MAX_NODES} parts")
        kind = node["class"]
        if kind == "COLUMN_REF":
            used.add(_column(node, declared, expression))
        elif kind not in CLASSES:
            raise Refusal(
                _describe(node), "expressions over the columns of one row", _position(node, expression)
            )
        elif kind in _CHECKS:
            _CHECKS[kind](node, expression, allowed)
    if allowed.truth and not _is_truth(top):
        raise Refusal("a value that is no truth", "a comparison or another condition, as 'a <= b'")
    return tuple(sorted(used))


def _is_truth(node: Node) -> bool:
    """Whether a condition stands there; a column or CASE may be one, and DuckDB tells."""
    if node["class"] == "FUNCTION":
        return node["function_name"].lower() in TRUTHS
    if node["class"] == "OPERATOR":
        return bool(node["type"] != "OPERATOR_COALESCE")
    return node["class"] not in {"CONSTANT", "CAST"}


def _expression(tree: Node) -> Node:
    """The one item of the one SELECT without FROM, modifiers, or clauses."""
    statements = tree["statements"]
    node = statements[0]["node"]
    plain = {"from_table", "select_list", "type", "cte_map", "aggregate_handling"}
    if (
        len(statements) != 1
        or node["type"] != "SELECT_NODE"
        or node["from_table"]["type"] != "EMPTY"
        or len(node["select_list"]) != 1
        or node["cte_map"]["map"]
        or any(value for key, value in node.items() if key not in plain)
    ):
        raise Refusal("more than one expression", "one expression: no statement, clause or second value")
    item: Node = node["select_list"][0]
    return item


def _nodes(value: Any, depth: int) -> Iterator[Node]:
    """Every node of the tree, parents first, so that a refused parent is never descended into."""
    if depth > MAX_DEPTH:
        raise _too_deep()
    if isinstance(value, dict):
        inner = depth + ("class" in value)
        if "class" in value:
            yield value
        for child in value.values():
            yield from _nodes(child, inner)
    elif isinstance(value, list):
        for child in value:
            yield from _nodes(child, depth)


def _column(node: Node, declared: dict[str, str], expression: str) -> str:
    names = node["column_names"]
    allowed = f"unqualified columns: {', '.join(sorted(declared.values()))}"
    if len(names) != 1 or names[0].lower() not in declared:
        raise Refusal(f"the column {'.'.join(names)!r}", allowed, _position(node, expression))
    return declared[names[0].lower()]


def _check_function(node: Node, expression: str, allowed: Allowed) -> None:
    name = node["function_name"].lower()
    arguments = node.get("arguments", [])
    named = any(argument["name"] for argument in arguments) or any(
        c["alias"] for c in node.get("children", [])
    )
    special = (
        node["distinct"] or node["filter"] or node["order_bys"]["orders"] or node["export_state"] or named
    )
    own = "main" if name in PARSED_AS_MAIN else ""
    if name not in allowed.functions or node["schema"] not in {"", own} or node["catalog"]:
        qualified = ".".join(part for part in (node["catalog"], node["schema"], name) if part)
        words = f"functions: {' '.join(allowed.functions)}"
        raise Refusal(f"the function {qualified!r}", words, _position(node, expression))
    if special:
        raise Refusal(f"a clause inside {name}()", "plain arguments only", _position(node, expression))


def _check_operator(node: Node, expression: str, allowed: Allowed) -> None:
    del allowed
    if node["type"] not in OPERATORS:
        words = "operators: NOT, IS NULL, IS NOT NULL, IN, coalesce"
        raise Refusal(f"the operator {node['type']}", words, _position(node, expression))


def _check_cast(node: Node, expression: str, allowed: Allowed) -> None:
    if "cast_type" in node:  # DuckDB 1.5
        target = node["cast_type"]
        info = target.get("type_info") or {}
        if target["id"] not in allowed.types or info.get("type", "DECIMAL_TYPE_INFO") != "DECIMAL_TYPE_INFO":
            raise _bad_type(info.get("name") or target["id"], node, expression, allowed)
    elif node["type_expr"].get("class") != "TYPE":
        raise _bad_type("?", node, expression, allowed)


def _check_type(node: Node, expression: str, allowed: Allowed) -> None:
    """DuckDB 2.0 puts the type into a node of its own."""
    name = node["type_name"].upper()
    if _TYPE_ALIASES.get(name, name) not in allowed.types or node["schema"] or node["catalog"]:
        raise _bad_type(name, node, expression, allowed)


_CHECKS: dict[str, Callable[[Node, str, Allowed], None]] = {
    "FUNCTION": _check_function,
    "OPERATOR": _check_operator,
    "CAST": _check_cast,
    "TYPE": _check_type,
}


def _bad_type(name: str, node: Node, expression: str, allowed: Allowed) -> Refusal:
    return Refusal(f"a cast to {name}", f"casts to: {', '.join(allowed.types)}", _position(node, expression))


def _too_deep() -> Refusal:
    return Refusal(f"nesting deeper than {MAX_DEPTH}", f"at most {MAX_DEPTH} levels")


def _syntax_error(tree: Node, expression: str) -> Refusal:
    message = str(tree.get("error_message", "it does not parse")).split("\n")[0][:200]
    position = tree.get("position")
    if position is None:
        return Refusal(message, "one SQL expression")
    if int(position) - len(PREFIX) > len(expression.encode()):
        return Refusal("an expression that ends too early", "one SQL expression", len(expression) + 1)
    return Refusal(message, "one SQL expression", _character(int(position), expression))


def _position(node: Node, expression: str) -> int | None:
    return _character(int(node.get("query_location", -1)), expression)


def _character(byte: int, expression: str) -> int | None:
    """A byte offset in the SELECT as a 1-based character of the expression, or None when it lies outside."""
    text = expression.encode()
    inside = byte - len(PREFIX)
    return len(text[:inside].decode(errors="ignore")) + 1 if 0 <= inside <= len(text) else None


def _describe(node: Node) -> str:
    words = {
        "SUBQUERY": "a subquery", "WINDOW": "a window function", "LAMBDA": "a lambda", "STAR": "a star",
        "PARAMETER": "a parameter", "COLLATE": "a collation",
        "POSITIONAL_REFERENCE": "a positional reference",
    }  # fmt: skip
    return words.get(node["class"], f"a {node['class']} expression")
