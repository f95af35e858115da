"""How negative a text is: scorers on one contract, usable as TextBlob analyzers."""
