"""Hyperparameter search: the set with the least log loss, averaged over time-ordered folds."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import optuna
from booster import fit, late_probability
from feature_table import FeatureTable
from sklearn.metrics import log_loss, roc_auc_score
from time_folds import Fold

# The first set that is tried, so that a short search never ends below it.
KNOWN_GOOD = {"learning_rate": 0.2, "num_leaves": 127, "min_child_samples": 100, "reg_lambda": 1.0}


@dataclass(frozen=True)
class FoldScore:
    """How one set did on one fold. month: as 200105."""

    month: int
    trainRows: int
    validationRows: int
    auc: float
    logLoss: float


@dataclass(frozen=True)
class SearchResult:
    parameters: dict[str, Any]
    folds: list[FoldScore]
    """Of the best set."""
    trials: list[dict[str, Any]]

    def mean(self, name: str) -> float:
        return float(np.mean([getattr(fold, name) for fold in self.folds]))


def search(
    table: FeatureTable,
    folds: list[Fold],
    trials: int,
    trees: int,
    seed: int,
    on_trial: Callable[[int, float], None],
) -> SearchResult:
    """Tries `trials` sets of hyperparameters, one after the other; `on_trial` hears each one's number and log loss."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    sampler = optuna.samplers.TPESampler(seed=seed, n_startup_trials=max(2, trials // 3))
    study = optuna.create_study(sampler=sampler)
    study.enqueue_trial(KNOWN_GOOD)
    scores: list[list[FoldScore]] = []

    def objective(trial: optuna.Trial) -> float:
        scores.append(_score(table, folds, {**_suggest(trial), "n_estimators": trees}, seed))
        loss = float(np.mean([score.logLoss for score in scores[-1]]))
        on_trial(trial.number + 1, loss)
        return loss

    study.optimize(objective, n_trials=trials, n_jobs=1)
    tried = [{"parameters": trial.params, "logLoss": trial.value} for trial in study.trials]
    return SearchResult(study.best_params, scores[study.best_trial.number], tried)


def _suggest(trial: optuna.Trial) -> dict[str, Any]:
    return {
        "learning_rate": trial.suggest_float("learning_rate", 0.05, 0.3, log=True),
        "num_leaves": trial.suggest_int("num_leaves", 63, 255, log=True),
        "min_child_samples": trial.suggest_int("min_child_samples", 20, 500, log=True),
        "reg_lambda": trial.suggest_float("reg_lambda", 0.01, 100.0, log=True),
    }


def _score(table: FeatureTable, folds: list[Fold], parameters: dict[str, Any], seed: int) -> list[FoldScore]:
    return [_score_fold(table, fold, parameters, seed) for fold in folds]


def _score_fold(table: FeatureTable, fold: Fold, parameters: dict[str, Any], seed: int) -> FoldScore:
    model = fit(table.matrix[: fold.train_end], table.late[: fold.train_end], parameters, seed)
    validation = slice(fold.train_end, fold.validation_end)
    late = table.late[validation]
    probability = late_probability(model, table.matrix[validation])
    rows = fold.validation_end - fold.train_end
    auc, loss = float(roc_auc_score(late, probability)), float(log_loss(late, probability))
    return FoldScore(fold.month, fold.train_end, rows, auc, loss)
