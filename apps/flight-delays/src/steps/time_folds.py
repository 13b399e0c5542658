"""Cross-validation that never looks ahead: each fold validates on one month and trains on all months before it."""

from dataclasses import dataclass

import numpy as np


class TooFewRows(Exception):
    """The data can't be cut into the folds that were asked for."""


@dataclass(frozen=True)
class Fold:
    """Rows `[0, train_end)` train, rows `[train_end, validation_end)` validate. month: as 200105."""

    month: int
    train_end: int
    validation_end: int


def expanding_folds(months: np.ndarray, count: int, least_rows: int) -> list[Fold]:
    """The last `count` months, each validated on after training on everything before it.

    months: the month of each row, never decreasing. Raises TooFewRows when there are fewer than `count + 1` months, or
    a part of a fold has fewer than `least_rows` rows.
    """
    if np.any(np.diff(months) < 0):
        raise ValueError("the rows are not in order of time")
    distinct = np.unique(months)
    if len(distinct) < count + 1:
        raise TooFewRows(f"{count} folds need {count + 1} months, and the training data has {len(distinct)}")
    folds = [_fold(months, int(month)) for month in distinct[-count:]]
    for fold in folds:
        _require_rows(fold, least_rows)
    return folds


def _fold(months: np.ndarray, month: int) -> Fold:
    return Fold(month, int(np.searchsorted(months, month)), int(np.searchsorted(months, month, side="right")))


def _require_rows(fold: Fold, least_rows: int) -> None:
    parts = {"trains": fold.train_end, "validates": fold.validation_end - fold.train_end}
    for verb, rows in parts.items():
        if rows < least_rows:
            raise TooFewRows(
                f"the fold of {fold.month} {verb} on {rows} rows, fewer than minFoldRows ({least_rows}): "
                "raise train.sampleRows, or lower train.minFoldRows, in params.yaml"
            )
