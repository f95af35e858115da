"""A model's file: a zip of arrays as NumPy writes them (`.npz`), without pickles: reading one runs no code of its writer's.

It is written with NumPy and read without: that costs a tenth of a second and 20 MB, which nobody who scores needs else.
"""

from __future__ import annotations

import ast
import json
import sys
import zlib
from array import array
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile, ZipFile

from sentinel.scoring.features import NAMES
from sentinel.scoring.model import Head, Model

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable
    from pathlib import Path

FORMAT = 1
"""Of the file; another one is refused."""

_MAGIC, _LENGTH_AT, _HEADER_AT = b"\x93NUMPY\x01\x00", 8, 10
"""Of an array: format 1.0, the header's length in two bytes, the header (numpy.lib.format)."""

_BROKEN = (
    AttributeError,
    BadZipFile,
    EOFError,
    IndexError,
    KeyError,
    NotImplementedError,
    OSError,
    SyntaxError,
    TypeError,
    ValueError,
    zlib.error,
)
"""What reading a file may end in that is no model, or half of one."""


def write_model(path: Path, model: Model) -> None:
    """Write a model's file."""
    import numpy as np  # noqa: PLC0415  # heavy: only when used

    heads = (model.head(0), model.head(1))
    about = {
        "format": FORMAT,
        "version": model.version,
        "features": NAMES,
        "heads": [{"bias": h.bias, "scale": h.scale, "slope": h.slope, "offset": h.offset} for h in heads],
        "card": model.card,
    }
    with path.open("wb") as file:
        np.savez_compressed(
            file,
            about=np.frombuffer(json.dumps(about).encode(), np.uint8),
            dense=np.array([head.dense for head in heads], np.float32),
            met=np.array(sorted(model.met), np.uint32),
            grams=np.stack([np.frombuffer(head.grams, np.int8) for head in heads]),
        )


def read_model(path: Path | Traversable) -> Model:
    """Read a model's file. ValueError when it is none, or of another make; OSError when it cannot be read."""
    with path.open("rb") as file:
        try:
            with ZipFile(file) as packed:
                about = json.loads(_bytes(packed, "about", "|u1")[0])
                if about.get("format") == FORMAT and about.get("features") == list(NAMES):
                    return _model(about, packed)
        except _BROKEN as broken:
            raise ValueError(f"{path} is no model of sentinel, or a broken one") from broken
    raise ValueError(f"{path} was made for another version of sentinel: train it anew")


def _bytes(packed: ZipFile, name: str, kind: str) -> tuple[bytes, tuple[int, ...]]:
    """The content and shape of an array. ValueError when it is of another kind."""
    raw = packed.read(f"{name}.npy")
    start = _HEADER_AT + int.from_bytes(raw[_LENGTH_AT:_HEADER_AT], "little")
    said = ast.literal_eval(raw[_HEADER_AT:start].decode("latin-1").strip())
    if not raw.startswith(_MAGIC) or said["descr"] != kind or said["fortran_order"]:
        raise ValueError(f"{name} is no array of {kind}")
    return raw[start:], tuple(said["shape"])


def _numbers(packed: ZipFile, name: str, kind: str) -> tuple[array[Any], tuple[int, ...]]:
    """An array of floats or of whole numbers of four bytes."""
    content, shape = _bytes(packed, name, kind)
    numbers = array("f" if kind == "<f4" else "I", content)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers, shape


def _model(about: dict[str, Any], packed: ZipFile) -> Model:
    negative, positive = about["heads"]
    (dense, dense_shape), (met, _) = _numbers(packed, "dense", "<f4"), _numbers(packed, "met", "<u4")
    grams, (rows, size) = _bytes(packed, "grams", "|i1")
    if dense_shape != (2, len(NAMES)) or rows != len(about["heads"]) or size & (size - 1):
        raise ValueError("the weights are not as many as there are features and places for grams")
    if len(grams) != rows * size or len(dense) != rows * len(NAMES):
        raise ValueError("weights are missing")
    heads = (
        _head(negative, dense[: len(NAMES)], grams[:size]),
        _head(positive, dense[len(NAMES) :], grams[size:]),
    )
    return Model(str(about["version"]), heads, frozenset(met), about["card"])


def _head(said: dict[str, Any], dense: array[Any], grams: bytes) -> Head:
    numbers = (float(said[name]) for name in ("scale", "slope", "offset"))
    return Head(float(said["bias"]), tuple(dense), grams, *numbers)
