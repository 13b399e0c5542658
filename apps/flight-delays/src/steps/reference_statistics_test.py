import unittest

import numpy as np
from reference_statistics import numeric_statistics


class NumericStatistics(unittest.TestCase):
    def test_deciles_of_distinct_values_hold_a_tenth_each(self):
        found = numeric_statistics(np.arange(100, dtype=np.float32))
        self.assertEqual(found["edges"], [9, 19, 29, 39, 49, 59, 69, 79, 89])
        self.assertEqual(found["shares"], [0.1] * 10)

    def test_repeated_edges_are_one_and_missing_values_are_counted_apart(self):
        found = numeric_statistics(np.array([1, 1, 1, 1, 1, 1, 1, 1, 1, 2, np.nan, np.nan], dtype=np.float32))
        self.assertEqual((found["edges"], found["shares"]), ([1], [0.9, 0.1]))
        self.assertEqual((found["count"], found["nullShare"]), (10, 0.166666667))
        self.assertEqual((found["min"], found["max"], found["mean"]), (1, 2, 1.1))


if __name__ == "__main__":
    unittest.main()
