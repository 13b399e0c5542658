"""Says DuckDB's SQL, given as JSON on standard input, in another engine's words; every engine's own functions for times."""

import json
import sys

import sqlglot
from sqlglot import exp

# A time as microseconds since 1970 and back; a TIMESTAMP has no zone and means UTC.
TIMES: dict[str, tuple[str, str]] = {
    "bigquery": ("UNIX_MICROS(CAST({} AS TIMESTAMP))", "DATETIME(TIMESTAMP_MICROS({}))"),
    "spark": ("UNIX_MICROS(CAST({} AS TIMESTAMP))", "CAST(TIMESTAMP_MICROS({}) AS TIMESTAMP_NTZ)"),
    "athena": (
        "CAST(TO_UNIXTIME(WITH_TIMEZONE({}, 'UTC')) * 1000000 AS BIGINT)",
        "CAST(FROM_UNIXTIME_NANOS({} * 1000) AT TIME ZONE 'UTC' AS TIMESTAMP)",
    ),
}
ARGUMENT = "argument__"
ISSUES = sqlglot.ErrorLevel.RAISE


def rendered(sql: str, dialect: str) -> str:
    tree = sqlglot.parse_one(sql, read="duckdb", error_level=ISSUES)
    to_number, to_time = TIMES[dialect]

    def with_own_times(node: exp.Expression) -> exp.Expression:
        if isinstance(node, exp.Anonymous) and node.name.upper() == "EPOCH_US":
            return filled(to_number, node.expressions[0], dialect)
        if isinstance(node, exp.UnixToTime) and str(node.args.get("scale")) == "6":
            return filled(to_time, node.this, dialect)
        return node

    return tree.transform(with_own_times).sql(dialect=dialect, pretty=True, unsupported_level=ISSUES)


def filled(words: str, argument: exp.Expression, dialect: str) -> exp.Expression:
    tree = sqlglot.parse_one(words.format(ARGUMENT), read=dialect)
    return tree.transform(
        lambda node: argument.copy() if isinstance(node, exp.Column) and node.name == ARGUMENT else node
    )


def main() -> None:
    asked = json.load(sys.stdin)
    try:
        print(json.dumps({"sql": rendered(asked["sql"], asked["dialect"])}))
    except (sqlglot.errors.ParseError, sqlglot.errors.UnsupportedError) as problem:
        print(json.dumps({"problem": str(problem)}))


if __name__ == "__main__":
    main()
