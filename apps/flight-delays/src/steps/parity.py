"""Does the exported graph say what the fitted model says?"""

from typing import Any

import duckdb
import numpy as np
import onnxruntime
from booster import late_probability
from feature_table import UNSEEN, FeatureTable
from lightgbm import LGBMClassifier

SAMPLE_ROWS = 200_000
LIMIT = 1e-5
BATCH_ROWS = 20_000


def parity_difference(
    connection: duckdb.DuckDBPyConnection, table: FeatureTable, model: LGBMClassifier, graph: bytes
) -> float:
    """The greatest absolute difference over a sample of the raw rows, and over rows with unseen or missing values."""
    session = onnxruntime.InferenceSession(graph, _options(), providers=["CPUExecutionProvider"])
    step = max(1, len(table) // SAMPLE_ROWS)
    raw = _raw_rows(connection, table, step)
    differences = [_difference(session, model, raw, table.matrix[::step])]
    for column, name in enumerate(table.names):
        for value, code in _odd_values(table, name):
            few = {other: values[:1000] for other, values in raw.items()}
            few[name] = np.full_like(few[name], value)
            matrix = table.matrix[::step][:1000].copy()
            matrix[:, column] = code
            differences.append(_difference(session, model, few, matrix))
    return max(differences)


def _raw_rows(connection: duckdb.DuckDBPyConnection, table: FeatureTable, step: int) -> dict[str, np.ndarray]:
    columns = [f"coalesce(\"{name}\", '') AS \"{name}\"" for name in table.categories]
    columns += [f'"{name}"::FLOAT AS "{name}"' for name in table.numeric]
    numbered = "(SELECT *, row_number() OVER () - 1 AS row_number FROM features)"
    arrays = connection.execute(
        f"SELECT {', '.join(columns)} FROM {numbered} WHERE row_number % {step} = 0 ORDER BY row_number"
    ).fetchnumpy()
    return {name: np.ma.filled(arrays[name], np.nan) if name in table.numeric else arrays[name] for name in table.names}


def _odd_values(table: FeatureTable, name: str) -> list[tuple[Any, float]]:
    """A value as the graph is given it, beside the one that the model is given."""
    if name in table.categories:
        return [("", UNSEEN), ("never seen", UNSEEN), ("é\u0000ß", UNSEEN)]
    return [(value, value) for value in (np.nan, 0.0, -1e6, 1e6)]


def _difference(
    session: onnxruntime.InferenceSession, model: LGBMClassifier, raw: dict[str, np.ndarray], matrix: np.ndarray
) -> float:
    expected = late_probability(model, matrix)
    batches = [slice(start, start + BATCH_ROWS) for start in range(0, len(matrix), BATCH_ROWS)]
    found = np.concatenate(
        [session.run(None, {name: values[rows].reshape(-1, 1) for name, values in raw.items()})[0] for rows in batches]
    )
    return float(np.max(np.abs(expected - found)))


def _options() -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2
    options.inter_op_num_threads = 1
    return options
