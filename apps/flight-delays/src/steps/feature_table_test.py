import tempfile
import unittest
from pathlib import Path

import numpy as np
from feature_table import connect, evenly_spaced, read_feature_table

ROWS = """
    SELECT * FROM (VALUES
        (DATE '2001-01-01', 8, 'b', 0), (DATE '2001-01-02', NULL, 'a', 1), (DATE '2001-02-01', 9, NULL, 0),
        (DATE '2001-02-02', 9, '', 1)
    ) AS rows(flight_date, hour, origin, late)
"""


class ReadFeatureTable(unittest.TestCase):
    def test_text_becomes_codes_and_nothing_becomes_unseen_or_nan(self):
        with tempfile.TemporaryDirectory() as folder:
            path = str(Path(folder) / "features.parquet")
            connection = connect()
            connection.execute(f"COPY ({ROWS}) TO '{path}'")
            table = read_feature_table(connection, path)
        self.assertEqual(table.categories, {"origin": ["a", "b"]})
        self.assertEqual(table.names, ["origin", "hour"])
        np.testing.assert_array_equal(table.matrix, np.array([[1, 8], [0, np.nan], [-1, 9], [-1, 9]], dtype=np.float32))
        self.assertEqual(table.matrix.dtype, np.float32)
        self.assertEqual(table.months.tolist(), [200101, 200101, 200102, 200102])
        self.assertEqual(table.late.tolist(), [0, 1, 0, 1])

    def test_a_sample_is_spread_over_all_rows(self):
        self.assertEqual(evenly_spaced(10, 4).tolist(), [0, 2, 5, 7])
        self.assertEqual(evenly_spaced(3, 10).tolist(), [0, 1, 2])


if __name__ == "__main__":
    unittest.main()
