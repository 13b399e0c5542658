"""Writes the model folder: `model.onnx` and the `model.json` that describes it."""

import json
from pathlib import Path
from typing import Any

from feature_table import FeatureTable
from onnx_export import OUTPUT


def write_model_folder(
    folder: str,
    graph: bytes,
    table: FeatureTable,
    *,
    metrics: dict[str, float],
    reference: dict[str, Any],
    lineage: dict[str, Any],
) -> None:
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    (target / "model.onnx").write_bytes(graph)
    manifest = {
        "formatVersion": "1.0",
        "signature": {
            "inputs": [{"name": name, "type": _type(table, name)} for name in table.names],
            "outputs": [{"name": OUTPUT, "type": "float32"}],
        },
        "example": _example(table),
        "metrics": metrics,
        "reference": reference,
        "lineage": lineage,
    }
    text = json.dumps(manifest, indent=2, ensure_ascii=False, allow_nan=False)
    (target / "model.json").write_text(text + "\n", encoding="utf-8")


def _type(table: FeatureTable, name: str) -> str:
    return "string" if name in table.categories else "float32"


def _example(table: FeatureTable) -> dict[str, Any]:
    """The row in the middle of the training period, with its values as a caller would write them."""
    row = table.matrix[len(table) // 2]
    return {name: _value(table, name, float(row[column])) for column, name in enumerate(table.names)}


def _value(table: FeatureTable, name: str, number: float) -> Any:
    if name in table.categories:
        return table.categories[name][int(number)] if number >= 0 else ""
    if number != number:
        return None
    return int(number) if number.is_integer() else number
