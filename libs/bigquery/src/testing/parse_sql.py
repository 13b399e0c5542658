"""Parses the GoogleSQL script on standard input by sqlglot; prints what each statement makes, and of what."""

import json
import sys

import sqlglot
from sqlglot import exp


def described(statement):
    # What sqlglot has no word for, it takes for a command.
    if isinstance(statement, exp.Command):
        raise sqlglot.ParseError(f"no statement that is known: {statement.name}")
    tables = statement.expression.find_all(exp.Table)
    return {
        "makes": f"{statement.args['kind']} {statement.this.name}" if isinstance(statement, exp.Create) else None,
        "of": sorted({table.name for table in tables if table.name}),
        "parameters": sorted({parameter.name for parameter in statement.find_all(exp.Parameter)}),
    }


statements = sqlglot.parse(sys.stdin.read(), dialect="bigquery", error_level=sqlglot.ErrorLevel.RAISE)
print(json.dumps([described(statement) for statement in statements if statement is not None]))
