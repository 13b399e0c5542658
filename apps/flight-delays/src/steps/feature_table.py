"""Reads the feature table into numbers: text as codes, in the order of its sorted values."""

from dataclasses import dataclass

import duckdb
import numpy as np

DAY = "flight_date"
LABEL = "late"
UNSEEN = -1.0


@dataclass(frozen=True)
class FeatureTable:
    """Rows in order of time.

    categories: sorted values per text column. numeric: names of the other columns. matrix: float32 [rows, columns],
    text columns first. late: float32 [rows]. months: int32 [rows], as 200105.
    """

    categories: dict[str, list[str]]
    numeric: list[str]
    matrix: np.ndarray
    late: np.ndarray
    months: np.ndarray

    @property
    def names(self) -> list[str]:
        return [*self.categories, *self.numeric]

    def __len__(self) -> int:
        return len(self.late)

    def take(self, rows: np.ndarray) -> "FeatureTable":
        return FeatureTable(self.categories, self.numeric, self.matrix[rows], self.late[rows], self.months[rows])


def connect() -> duckdb.DuckDBPyConnection:
    """One thread, so that the order in which floating-point numbers are added never varies."""
    return duckdb.connect(config={"threads": 1})


def read_feature_table(connection: duckdb.DuckDBPyConnection, path: str) -> FeatureTable:
    """Reads the Parquet file, which is in order of time, and leaves it as the view `features`."""
    connection.read_parquet(path).create_view("features")
    types = dict(connection.execute("SELECT column_name, column_type FROM (DESCRIBE features)").fetchall())
    columns = [name for name in types if name not in (DAY, LABEL)]
    categories = {name: _sorted_values(connection, name) for name in columns if types[name] == "VARCHAR"}
    numeric = [name for name in columns if name not in categories]
    expressions = [_code(connection, name, index) for index, name in enumerate(categories)]
    expressions += [f'"{name}"::FLOAT' for name in numeric]
    features = ", ".join(f"{expression} AS c{index}" for index, expression in enumerate(expressions))
    arrays = connection.execute(
        f'SELECT {features}, "{LABEL}"::FLOAT AS late, (year({DAY}) * 100 + month({DAY}))::INTEGER AS months '
        "FROM features"
    ).fetchnumpy()
    matrix = np.column_stack([np.ma.filled(arrays[f"c{index}"], np.nan) for index in range(len(expressions))])
    return FeatureTable(categories, numeric, matrix, np.asarray(arrays["late"]), np.asarray(arrays["months"]))


def evenly_spaced(rows: int, wanted: int) -> np.ndarray:
    """Row numbers, spread evenly over all rows; all of them when there are no more than wanted."""
    return np.arange(min(rows, wanted), dtype=np.int64) * rows // min(rows, wanted)


def _sorted_values(connection: duckdb.DuckDBPyConnection, name: str) -> list[str]:
    rows = connection.execute(f'SELECT DISTINCT "{name}" AS value FROM features WHERE value <> \'\' ORDER BY value')
    return [value for (value,) in rows.fetchall()]


def _code(connection: duckdb.DuckDBPyConnection, name: str, index: int) -> str:
    """SQL for the position among the sorted values; nothing and the empty text are as unseen as any new value."""
    connection.execute(
        f'CREATE TYPE values_{index} AS ENUM (SELECT DISTINCT "{name}" AS value FROM features WHERE value <> \'\' '
        "ORDER BY value)"
    )
    return f'coalesce(enum_code(TRY_CAST("{name}" AS values_{index})), {UNSEEN})::FLOAT'
