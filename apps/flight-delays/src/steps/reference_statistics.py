"""What the training columns look like, for drift to be measured against."""

from typing import Any

import duckdb
import numpy as np
from feature_table import DAY, LABEL, FeatureTable

TOP_VALUES = 50
DECILES = [tenth / 10 for tenth in range(1, 10)]


def reference_statistics(
    connection: duckdb.DuckDBPyConnection, table: FeatureTable, probability: np.ndarray
) -> dict[str, Any]:
    """Per column: the share of missing values, and either bins (edges, shares) or the commonest values' shares.

    probability: what the model says of the training rows, described as one more numeric column.
    """
    first_day, last_day = connection.execute(f"SELECT min({DAY})::VARCHAR, max({DAY})::VARCHAR FROM features").fetchone()
    columns = {name: _categorical(connection, name) for name in table.categories}
    columns |= {name: numeric_statistics(table.matrix[:, table.names.index(name)]) for name in table.numeric}
    return {
        "rows": len(table),
        "firstDay": first_day,
        "lastDay": last_day,
        "columns": columns,
        "label": {"name": LABEL, "mean": _rounded(np.mean(table.late, dtype=np.float64))},
        "prediction": numeric_statistics(probability),
    }


def numeric_statistics(values: np.ndarray) -> dict[str, Any]:
    """`edges` are the distinct deciles; `shares[i]` is the share of present values in `(edges[i-1], edges[i]]`."""
    present = values[~np.isnan(values)].astype(np.float64)
    edges = np.unique(np.quantile(present, DECILES, method="inverted_cdf"))
    counts = np.bincount(np.searchsorted(edges, present, side="left"), minlength=len(edges) + 1)
    return {
        "kind": "numeric",
        "count": len(present),
        "nullShare": _rounded(1 - len(present) / len(values)),
        "mean": _rounded(present.mean()),
        "standardDeviation": _rounded(present.std()),
        "min": _rounded(present.min()),
        "max": _rounded(present.max()),
        "edges": [_rounded(edge) for edge in edges],
        "shares": [_rounded(count / len(present)) for count in counts],
    }


def _categorical(connection: duckdb.DuckDBPyConnection, name: str) -> dict[str, Any]:
    counts = connection.execute(
        f'SELECT "{name}", count(*) AS rows FROM features GROUP BY ALL ORDER BY rows DESC, "{name}"'
    ).fetchall()
    total = sum(rows for _, rows in counts)
    present = [(value, rows) for value, rows in counts if value is not None]
    top = {value: _rounded(rows / total) for value, rows in present[:TOP_VALUES]}
    rest = sum(rows for _, rows in present[TOP_VALUES:])
    return {
        "kind": "categorical",
        "count": sum(rows for _, rows in present),
        "nullShare": _rounded((total - sum(rows for _, rows in present)) / total),
        "distinct": len(present),
        "shares": top,
        "otherShare": _rounded(rest / total),
    }


def _rounded(value: float) -> float:
    """Nine significant digits: more than drift needs, fewer than the order of a sum can change."""
    return float(f"{float(value):.9g}")
