import tempfile
import unittest
from pathlib import Path

import numpy as np
from booster import fit
from feature_table import connect, read_feature_table
from onnx_export import OUTPUT, export_onnx
from parity import LIMIT, parity_difference

ROWS = """
    SELECT
        DATE '2001-01-01' AS flight_date, chr(97 + (i % 5)::INTEGER) AS origin, NULLIF(i % 24, 23) AS hour,
        ((i * 7 + i // 11) % 4 = 0)::TINYINT AS late
    FROM range(2000) AS rows(i)
"""
PARAMETERS = {"n_estimators": 5, "num_leaves": 7, "min_child_samples": 5}


class Parity(unittest.TestCase):
    def setUp(self):
        self.connection = connect()
        with tempfile.TemporaryDirectory() as folder:
            path = str(Path(folder) / "features.parquet")
            self.connection.execute(f"COPY ({ROWS}) TO '{path}'")
            self.table = read_feature_table(connect(), path)
        self.connection.execute(f"CREATE VIEW features AS {ROWS}")
        self.model = fit(self.table.matrix, self.table.late, PARAMETERS, seed=1)

    def difference(self, graph):
        return parity_difference(self.connection, self.table, self.model, graph.SerializeToString())

    def test_the_graph_says_what_the_model_says_also_of_unseen_and_missing_values(self):
        graph = export_onnx(self.table, self.model)
        self.assertEqual([tensor.name for tensor in graph.graph.input], ["origin", "hour"])
        self.assertEqual([tensor.name for tensor in graph.graph.output], [OUTPUT])
        self.assertLess(self.difference(graph), LIMIT)

    def test_the_graph_of_another_model_is_told_apart(self):
        other = fit(self.table.matrix, 1 - self.table.late, PARAMETERS, seed=1)
        self.assertGreater(self.difference(export_onnx(self.table, other)), LIMIT)

    def test_the_same_model_makes_the_same_bytes(self):
        graphs = [export_onnx(self.table, self.model).SerializeToString(deterministic=True) for _ in range(2)]
        self.assertEqual(*graphs)

    def test_the_trees_do_not_depend_on_the_number_of_threads(self):
        for threads in (1, 2, 4):
            model = fit(self.table.matrix, self.table.late, {**PARAMETERS, "num_threads": threads}, seed=1)
            np.testing.assert_array_equal(
                model.booster_.predict(self.table.matrix), self.model.booster_.predict(self.table.matrix)
            )


if __name__ == "__main__":
    unittest.main()
