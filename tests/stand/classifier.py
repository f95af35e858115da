"""A classifier on disk as `optimum-cli export onnx` writes one: three classes, a vocabulary of a few words."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

WORDS = {"horrible": (6.0, 0.0, 0.0), "wonderful": (0.0, 0.0, 6.0), "late": (2.0, 1.0, 0.0)}
CLASSES = ("negative", "neutral", "positive")


def classifier(folder: Path, classes: Sequence[str] = CLASSES) -> Path:
    """Write one into `folder`: the logits of a text are the sums of its words'."""
    folder.mkdir(exist_ok=True, parents=True)
    vocabulary = {"[PAD]": 0, "[UNK]": 1} | {word: place + 2 for place, word in enumerate(WORDS)}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    weights = np.zeros((len(vocabulary), len(classes)), np.float32)
    for word, logits in WORDS.items():
        weights[vocabulary[word], : len(logits)] = logits
    onnx.save(_graph(weights), str(folder / "model.onnx"))
    config = {"id2label": {str(place): name for place, name in enumerate(classes)}}
    (folder / "config.json").write_text(json.dumps(config))
    return folder


def _graph(weights: np.ndarray) -> onnx.ModelProto:
    ids = helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["texts", "words"])
    mask = helper.make_tensor_value_info("attention_mask", TensorProto.INT64, ["texts", "words"])
    out = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["texts", weights.shape[1]])
    nodes = [
        helper.make_node("Gather", ["weights", "input_ids"], ["words"]),
        helper.make_node("Cast", ["attention_mask"], ["counts"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["counts", "last"], ["spread"]),
        helper.make_node("Mul", ["words", "spread"], ["counted"]),
        helper.make_node("ReduceSum", ["counted", "middle"], ["logits"], keepdims=0),
    ]
    constants = [
        numpy_helper.from_array(weights, "weights"),
        numpy_helper.from_array(np.array([2], np.int64), "last"),
        numpy_helper.from_array(np.array([1], np.int64), "middle"),
    ]
    graph = helper.make_graph(nodes, "sum", [ids, mask], [out], constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
