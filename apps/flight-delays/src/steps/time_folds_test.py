import unittest

import numpy as np
from time_folds import Fold, TooFewRows, expanding_folds


class ExpandingFolds(unittest.TestCase):
    months = np.repeat([200101, 200102, 200103, 200104], [30, 20, 10, 40])

    def test_each_fold_trains_on_all_months_before_the_one_it_validates(self):
        folds = expanding_folds(self.months, 2, least_rows=1)
        self.assertEqual(folds, [Fold(200103, 50, 60), Fold(200104, 60, 100)])

    def test_too_few_months_or_rows_are_refused(self):
        with self.assertRaisesRegex(TooFewRows, "4 folds need 5 months, and the training data has 4"):
            expanding_folds(self.months, 4, least_rows=1)
        with self.assertRaisesRegex(TooFewRows, "the fold of 200103 validates on 10 rows, fewer than minFoldRows"):
            expanding_folds(self.months, 2, least_rows=11)
        with self.assertRaisesRegex(TooFewRows, "the fold of 200102 trains on 30 rows"):
            expanding_folds(self.months, 3, least_rows=31)

    def test_rows_out_of_order_are_refused(self):
        with self.assertRaisesRegex(ValueError, "not in order of time"):
            expanding_folds(self.months[::-1], 2, least_rows=1)


if __name__ == "__main__":
    unittest.main()
