"""The scorer `transformer`: a sequence classifier that the user has, run locally with ONNX Runtime (extra `transformer`).

A folder as Hugging Face's `optimum-cli export onnx` writes it: `model.onnx`, `tokenizer.json` and `config.json`, whose
`id2label` says what its classes mean. Three names for negative, neutral and positive are understood, and stars.
"""

from __future__ import annotations

import json
import re
from functools import cached_property
from hashlib import blake2b
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from sentinel.model.mention import Score
from sentinel.scoring.compact_engine import label
from sentinel.scoring.labelled import verdict
from sentinel.scoring.language import language
from sentinel.scoring.stars import usable, with_both
from sentinel.scoring.tokens import LONGEST, tokens
from sentinel.scoring.whom import towards

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from sentinel.model.mention import Text
    from sentinel.scoring.labelled import Verdict

NAME = "transformer"
BATCH = 16
MOST_TOKENS = 256
_STARS: dict[int, Verdict] = {1: "neg", 2: "neg", 3: "neu", 4: "pos", 5: "pos"}


class TransformerScorer:
    """Asks a model on disk. Loaded when first asked."""

    def __init__(self, folder: Path) -> None:
        """Raises ValueError, naming what is missing, when the folder holds no such model or the extra is not installed."""
        for file in ("model.onnx", "tokenizer.json", "config.json"):
            if not (folder / file).is_file():
                raise ValueError(f"{folder} holds no {file}: export the model with `optimum-cli export onnx`")
        for package in ("onnxruntime", "tokenizers"):
            if find_spec(package) is None:
                raise ValueError(f"{package} is not installed: pip install 'sentinel-alerts[transformer]'")
        self._folder = folder
        self._verdicts = _verdicts(folder)

    @property
    def name(self) -> str:
        """As in `sentinel.yaml`."""
        return NAME

    @cached_property
    def version(self) -> str:
        """A mark of the model's own file: another model, another version."""
        with (self._folder / "model.onnx").open("rb") as file:
            return blake2b(file.read(1 << 20), digest_size=4).hexdigest()

    @property
    def voices(self) -> frozenset[tuple[str, str]]:
        """Its own name and version."""
        return frozenset({(self.name, self.version)})

    @cached_property
    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer  # noqa: PLC0415  # heavy, and only in the extra

        tokenizer = Tokenizer.from_file(str(self._folder / "tokenizer.json"))
        tokenizer.enable_truncation(MOST_TOKENS)
        tokenizer.enable_padding()
        return tokenizer

    @cached_property
    def _session(self) -> Any:
        from onnxruntime import InferenceSession  # noqa: PLC0415  # heavy, and only in the extra

        return InferenceSession(str(self._folder / "model.onnx"), providers=["CPUExecutionProvider"])

    def score(self, texts: Sequence[Text]) -> list[Score]:
        """One score a text, same order; a text without a word is `unknown`."""
        scores: list[Score] = []
        for start in range(0, len(texts), BATCH):
            scores += self._batch(texts[start : start + BATCH])
        return scores

    def _batch(self, texts: Sequence[Text]) -> list[Score]:
        abouts = [towards(text) for text in texts]
        chances = self._chances([_clean(about.text) for about in abouts])
        scores = []
        for asked, about, row in zip(texts, abouts, chances, strict=True):
            negative, positive = (row["pos"], row["neg"]) if about.turned else (row["neg"], row["pos"])
            scores.append(self._score(asked, negative, positive))
        return scores

    def _score(self, asked: Text, negative: float | None, positive: float | None) -> Score:
        stars = usable(asked.stars)
        if not any(word[0].isalpha() for word in tokens(asked.text).words):
            negative = positive = None
        negative, positive = with_both(stars, negative, positive)
        return Score(
            lang=language(asked.text, asked.lang, asked.allowed),
            polarity=None if negative is None or positive is None else positive - negative,
            negative=negative,
            label=label(negative, positive),
            sure=0.0 if negative is None else abs(2 * negative - 1),
            engine=NAME,
            version=self.version,
        )

    def _chances(self, texts: list[str]) -> list[dict[Verdict, float]]:
        import numpy as np  # noqa: PLC0415  # heavy: only when used

        read = self._tokenizer.encode_batch(texts)
        given = {
            "input_ids": np.array([each.ids for each in read], np.int64),
            "attention_mask": np.array([each.attention_mask for each in read], np.int64),
            "token_type_ids": np.array([each.type_ids for each in read], np.int64),
        }
        wanted = {each.name for each in self._session.get_inputs()}
        logits = self._session.run(None, {name: value for name, value in given.items() if name in wanted})[0]
        return [self._by_verdict(row) for row in _softmax(np.asarray(logits, float))]

    def _by_verdict(self, row: NDArray[Any]) -> dict[Verdict, float]:
        found: dict[Verdict, float] = {"neg": 0.0, "neu": 0.0, "pos": 0.0}
        for verdict_, chance in zip(self._verdicts, row.tolist(), strict=True):
            found[verdict_] += chance
        return found


def _softmax(logits: NDArray[Any]) -> NDArray[Any]:
    import numpy as np  # noqa: PLC0415  # heavy: only when used

    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def _verdicts(folder: Path) -> tuple[Verdict, ...]:
    try:
        classes = json.loads((folder / "config.json").read_text("utf-8"))["id2label"]
        named = [str(classes[str(number)]) for number in range(len(classes))]
    except (KeyError, TypeError, ValueError) as missing:
        raise ValueError(f"{folder}/config.json names no classes (id2label)") from missing
    if not named:
        raise ValueError(f"{folder}/config.json names no classes (id2label)")
    found = tuple(_verdict(name) for name in named)
    if unknown := [name for name, meaning in zip(named, found, strict=True) if meaning is None]:
        raise ValueError(
            f"{folder}/config.json: the class {unknown[0]!r} is neither negative, neutral, positive nor stars"
        )
    return tuple(meaning for meaning in found if meaning is not None)


def _verdict(name: str) -> Verdict | None:
    if (stars := re.fullmatch(r"([1-5]) ?stars?", name.strip().lower())) is not None:
        return _STARS[int(stars[1])]
    return verdict(name)


def _clean(text: str) -> str:
    """What a tokenizer takes: no lone surrogates, no more than is read anywhere."""
    return text[:LONGEST].encode("utf-8", "replace").decode("utf-8")
