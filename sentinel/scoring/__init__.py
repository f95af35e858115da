"""How negative a text is: scorers on one contract, usable as TextBlob analyzers.

The way of a text: `whom` (the part about the brand) → `tokens` → `language` → `signs` (the words and wordings of
`vocabulary`, found by `phrases`) → `features` and `grams` → `model` → `compact_engine`, one calibrated answer with its
evidence. `chain` asks several engines, `registry` knows them by name; `training` makes a model of `labelled` posts, and
`measures` says how good answers are.
"""
