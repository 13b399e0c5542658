"""The classifier, set up so that the same rows and parameters give the same trees on every machine."""

import os
from collections.abc import Callable
from typing import Any

import joblib
import numpy as np
from lightgbm import LGBMClassifier

# As many as OMP_NUM_THREADS says (0 asks OpenMP), else as CPUs that this process, or its container, may use. With
# `deterministic`, the trees don't depend on it.
THREADS = 0 if "OMP_NUM_THREADS" in os.environ else joblib.cpu_count()


def fit(
    matrix: np.ndarray,
    late: np.ndarray,
    parameters: dict[str, Any],
    seed: int,
    on_tree: Callable[[int], None] = lambda trees: None,
) -> LGBMClassifier:
    """Fits on float32 [rows, columns] and labels 0/1; calls `on_tree` with the number of trees so far."""
    model = LGBMClassifier(
        **parameters,
        objective="binary",
        random_state=seed,
        deterministic=True,
        force_row_wise=True,
        n_jobs=THREADS,
        verbosity=-1,
    )
    return model.fit(matrix, late, callbacks=[lambda state: on_tree(state.iteration + 1)])


def late_probability(model: LGBMClassifier, matrix: np.ndarray) -> np.ndarray:
    """float64 [rows]"""
    return model.booster_.predict(matrix, num_threads=THREADS)
