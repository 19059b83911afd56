"""Made files whose values engines like to read differently."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.adapters.datasets.connections import connected

if TYPE_CHECKING:
    from pathlib import Path

ROWS = """
SELECT
  i AS id,
  CASE i % 7 WHEN 0 THEN NULL WHEN 1 THEN 'NaN'::DOUBLE WHEN 2 THEN 'inf'::DOUBLE WHEN 3 THEN '-inf'::DOUBLE
    WHEN 4 THEN -0.0::DOUBLE WHEN 5 THEN 0.0::DOUBLE ELSE i / 3 END AS "odd double",
  CASE i % 5 WHEN 0 THEN 1e300 WHEN 1 THEN -1e300 WHEN 2 THEN 5e-324 WHEN 3 THEN 2e-3 ELSE 1e20 / i END::DOUBLE AS far,
  (CASE i % 6 WHEN 0 THEN 'NaN' WHEN 1 THEN '-0.0' WHEN 2 THEN '0.1' ELSE '1e10' END)::FLOAT AS short,
  CASE WHEN i % 4 = 0 THEN 9223372036854775807 WHEN i % 4 = 1 THEN -9223372036854775808 ELSE i END::BIGINT AS big,
  (CASE WHEN i % 3 = 0 THEN 18446744073709551615 ELSE i END)::UBIGINT AS unsigned,
  (i % 200)::UTINYINT AS byte,
  (i % 3)::UINTEGER AS word,
  CASE i % 8 WHEN 0 THEN 'é' WHEN 1 THEN 'z' WHEN 2 THEN 'Z' WHEN 3 THEN '' WHEN 4 THEN ' ' WHEN 5 THEN '😀'
    WHEN 6 THEN 'ﬀ' ELSE NULL END AS "tëxt ""quoted"", a.b",
  CASE i % 3 WHEN 0 THEN chr(0) || 'x' WHEN 1 THEN chr(1) ELSE E'two\\nlines' END AS control,
  CASE i % 3 WHEN 0 THEN NULL ELSE i % 3 = 1 END AS flag,
  DATE '0001-01-01' + ((i * 7919) % 1000000)::INTEGER AS day,
  CASE i % 9 WHEN 0 THEN NULL ELSE TIMESTAMP '1582-10-03 23:59:59.999999' + to_seconds(i * 86399) END AS local,
  TIMESTAMPTZ '1899-12-31 23:30:00.000001+02' + to_microseconds(i * 1000003) AS zoned,
  make_timestamp_ns(i * 333 - 99999) AS nano,
  (i * 1.01)::DECIMAL(9, 2) AS money,
  (CASE i % 3 WHEN 0 THEN 1234567890123456.78 WHEN 1 THEN -9007199254740993.01 ELSE i / 100 END)::DECIMAL(18, 2) AS rich,
  (CASE i % 2 WHEN 0 THEN '12345678901234567890123456789.123456789' ELSE '0.000000001' END)::DECIMAL(38, 9) AS wide,
  NULL::INTEGER AS nothing,
  'same' AS constant,
FROM range({start}, {stop}) t(i)
"""  # noqa: E501 - a column stands in full on its line
EXOTIC = """
SELECT i AS id, [i % 3, NULL] AS list, {{'a': i % 2, 'b': 'x'}} AS struct,
  ('000000000000000000000000000000' || lpad((i % 7)::VARCHAR, 2, '0'))::UUID AS uuid,
  TIME '10:00:00' + to_microseconds(i % 5) AS time, encode('a' || chr(233) || (i % 3)::VARCHAR) AS blob,
FROM range({start}, {stop}) t(i)
"""


def write(path: Path, query: str, start: int, stop: int, also: str = "") -> Path:
    """Rows start..stop - 1 of a query, and some of them again, changed or not."""
    connection = connected()
    connection.execute(f"CREATE TABLE t AS {query.format(start=start, stop=stop)}")
    if also:
        connection.execute(f"INSERT INTO t {also}")
    options = "FORMAT parquet, ROW_GROUP_SIZE 2048" if path.suffix == ".parquet" else "FORMAT csv, HEADER"
    connection.execute(f"COPY t TO '{path}' ({options})")
    return path
