"""The fitted model as one ONNX graph that takes raw columns, text included."""

import numpy as np
import onnx
from feature_table import UNSEEN, FeatureTable
from lightgbm import LGBMClassifier
from onnxmltools.convert.lightgbm.operator_converters.LightGbm import convert_lightgbm
from skl2onnx import convert_sklearn, update_registered_converter
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from skl2onnx.common.shape_calculator import calculate_linear_classifier_output_shapes
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OrdinalEncoder

OUTPUT = "delay_probability"


def export_onnx(table: FeatureTable, model: LGBMClassifier) -> onnx.ModelProto:
    """One input per column, shape [rows, 1]; one output, `delay_probability`, float32 [rows].

    A number that is missing is given as NaN. Text that training never saw is a category of its own.
    """
    update_registered_converter(
        LGBMClassifier,
        "LightGbmLGBMClassifier",
        calculate_linear_classifier_output_shapes,
        convert_lightgbm,
        options={"nocl": [True, False], "zipmap": [True, False, "columns"]},
    )
    pipeline = Pipeline([("encode", _encoder(table)), ("classify", model)])
    inputs = [(name, StringTensorType([None, 1])) for name in table.categories]
    inputs += [(name, FloatTensorType([None, 1])) for name in table.numeric]
    graph = convert_sklearn(
        pipeline,
        name="flight_delays",
        initial_types=inputs,
        target_opset={"": 21, "ai.onnx.ml": 3},
        options={LGBMClassifier: {"zipmap": False}},
    )
    return with_single_output(graph)


def with_single_output(model: onnx.ModelProto) -> onnx.ModelProto:
    """Keeps the probability of the second class, drops the label and what only the label needs."""
    graph = model.graph
    positive_class = onnx.numpy_helper.from_array(np.array(1, dtype=np.int64), "positive_class")
    graph.initializer.append(positive_class)
    graph.node.append(
        onnx.helper.make_node("Gather", ["probabilities", positive_class.name], [OUTPUT], name="PositiveClass", axis=1)
    )
    del graph.output[:]
    graph.output.append(onnx.helper.make_tensor_value_info(OUTPUT, onnx.TensorProto.FLOAT, [None]))
    _drop_unused_nodes(graph)
    onnx.checker.check_model(model)
    return model


def _encoder(table: FeatureTable) -> ColumnTransformer:
    """Fitted on one row: the categories are known already."""
    encode = OrdinalEncoder(
        categories=list(table.categories.values()),
        handle_unknown="use_encoded_value",
        unknown_value=int(UNSEEN),
        dtype=np.float32,
    )
    text, numeric = len(table.categories), len(table.numeric)
    parts = [("text", encode, list(range(text))), ("numbers", "passthrough", list(range(text, text + numeric)))]
    one_row = [values[0] for values in table.categories.values()] + [0.0] * numeric
    return ColumnTransformer([part for part in parts if part[2]]).fit(np.array([one_row], dtype=object))


def _drop_unused_nodes(graph: onnx.GraphProto) -> None:
    needed = {output.name for output in graph.output}
    kept = []
    for node in reversed(graph.node):
        if needed.intersection(node.output):
            needed.update(node.input)
            kept.append(node)
    del graph.node[:]
    graph.node.extend(reversed(kept))
    initializers = [tensor for tensor in graph.initializer if tensor.name in needed]
    del graph.initializer[:]
    graph.initializer.extend(initializers)
