"""Step train: feature table in, model folder out."""

import sys
from dataclasses import asdict
from typing import Any

import numpy as np
from booster import fit, late_probability
from feature_table import FeatureTable, connect, evenly_spaced, read_feature_table
from lightgbm import LGBMClassifier
from ml_step import Step, load_step
from model_folder import write_model_folder
from onnx_export import export_onnx
from parity import LIMIT, parity_difference
from reference_statistics import reference_statistics
from search import SearchResult, search
from time_folds import TooFewRows, expanding_folds


def main() -> None:
    step = load_step()
    connection = connect()
    table = read_feature_table(connection, step.inputs["features"])
    step.log(f"{len(table)} flights, {len(table.names)} features: {', '.join(table.names)}")

    found = search_hyperparameters(step, table)
    model = fit_on_everything(step, table, found.parameters)
    graph = export_onnx(table, model).SerializeToString(deterministic=True)
    step.log(f"exported to ONNX: {len(graph) / 1e6:.1f} MB")

    difference = parity_difference(connection, table, model, graph)
    step.log(f"greatest difference between the ONNX graph and the fitted model: {difference:.1e}")
    if not difference < LIMIT:
        sys.exit(f"the ONNX graph differs from the fitted model by {difference:.1e}; less than {LIMIT:.0e} is allowed")

    metrics = {
        "rows": len(table),
        "cvAuc": found.mean("auc"),
        "cvLogLoss": found.mean("logLoss"),
        "parityMaxDifference": difference,
        "trainLateRate": float(np.mean(table.late, dtype=np.float64)),
    }
    write_model_folder(
        step.outputs["model"],
        graph,
        table,
        metrics=metrics,
        reference=reference_statistics(connection, table, late_probability(model, table.matrix)),
        lineage=lineage(step, table, model, found),
    )
    step.write_metrics("metrics", metrics)


def search_hyperparameters(step: Step, table: FeatureTable) -> SearchResult:
    params = step.params
    sample = table.take(evenly_spaced(len(table), params["sampleRows"]))
    try:
        folds = expanding_folds(sample.months, params["folds"], params["minFoldRows"])
    except TooFewRows as problem:
        sys.exit(str(problem))
    trials = params["trials"]
    return search(
        sample,
        folds,
        trials,
        params["searchTrees"],
        params["seed"],
        lambda number, loss: step.progress(number, trials, f"trial: log loss {loss:.4f}"),
    )


def fit_on_everything(step: Step, table: FeatureTable, parameters: dict[str, Any]) -> LGBMClassifier:
    trees = step.params["trees"]
    tenth = max(1, trees // 10)

    def on_tree(done: int) -> None:
        if done % tenth == 0:
            step.progress(done, trees, "trees of the final fit")

    return fit(table.matrix, table.late, {**parameters, "n_estimators": trees}, step.params["seed"], on_tree)


def lineage(step: Step, table: FeatureTable, model: LGBMClassifier, found: SearchResult) -> dict[str, Any]:
    gain = model.booster_.feature_importance("gain")
    return {
        "step": step.name,
        "params": step.params,
        "bestParameters": found.parameters,
        "crossValidation": [asdict(fold) for fold in found.folds],
        "trials": found.trials,
        "featureImportance": {name: round(float(value / gain.sum()), 6) for name, value in zip(table.names, gain)},
    }


if __name__ == "__main__":
    main()
