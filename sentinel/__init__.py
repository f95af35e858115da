"""sentinel sees viral complaints about a brand early and reaches a person who answers."""

__version__ = "0.1.0"
