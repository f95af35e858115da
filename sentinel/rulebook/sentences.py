"""What pydantic says of a wrong value, in the words of the people who wrote it.

Two tables: `WANTED` for values of the wrong kind ("'x' is not a whole number"), `SAYINGS` for the rest. Together they
know every error type of pydantic (a test holds them to that); errors raised by our own validators speak for themselves.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, get_args

from pydantic_core.core_schema import ErrorType

if TYPE_CHECKING:
    from collections.abc import Mapping

TEXT = "a text"
LIST = "a list"
SECTION = "a section of keys"
_DATE = "a date, like 2026-11-22"
_TIME = 'a time of day, like "22:00"'
_MOMENT = "a moment with its zone, like 2026-11-22T12:00:00Z"
_ADDRESS = "an address, like https://example.org/"

WANTED: Mapping[str, str] = {
    **dict.fromkeys(("string_type", "string_unicode", "bytes_type", "bytes_invalid_encoding"), TEXT),
    "string_not_ascii": "a text of plain letters (a-z)",
    **dict.fromkeys(("bool_type", "bool_parsing"), "true or false"),
    **dict.fromkeys(("int_type", "int_parsing", "int_parsing_size", "int_from_float"), "a whole number"),
    **dict.fromkeys(
        (
            "float_type",
            "float_parsing",
            "finite_number",
            "decimal_type",
            "decimal_parsing",
            "complex_type",
            "complex_str_parsing",
            "fraction_type",
            "fraction_parsing",
        ),
        "a number",
    ),
    **dict.fromkeys(
        (
            "list_type",
            "tuple_type",
            "set_type",
            "frozen_set_type",
            "deque_type",
            "iterable_type",
            "iteration_error",
        ),
        LIST,
    ),
    **dict.fromkeys(
        (
            "dict_type",
            "frozen_dict_type",
            "ordered_dict_type",
            "counter_type",
            "mapping_type",
            "model_type",
            "model_attributes_type",
            "dataclass_type",
            "dataclass_exact_type",
            "named_tuple_type",
            "arguments_type",
        ),
        SECTION,
    ),
    **dict.fromkeys(
        (
            "date_type",
            "date_parsing",
            "date_from_datetime_parsing",
            "date_from_datetime_inexact",
            "date_past",
            "date_future",
        ),
        _DATE,
    ),
    **dict.fromkeys(("time_type", "time_parsing"), _TIME),
    **dict.fromkeys(
        (
            "datetime_type",
            "datetime_parsing",
            "datetime_object_invalid",
            "datetime_from_date_parsing",
            "datetime_past",
            "datetime_future",
            "timezone_naive",
            "timezone_aware",
            "timezone_offset",
        ),
        _MOMENT,
    ),
    **dict.fromkeys(("time_delta_type", "time_delta_parsing"), "a length of time"),
    **dict.fromkeys(("url_type", "url_parsing", "url_syntax_violation", "url_too_long"), _ADDRESS),
    **dict.fromkeys(("uuid_type", "uuid_parsing", "uuid_version"), "a UUID"),
    **dict.fromkeys(("json_invalid", "json_type"), "JSON"),
    "path_type": "a path",
}

SAYINGS: Mapping[str, str] = {
    "greater_than": "{value} must be more than {gt}",
    "greater_than_equal": "{value} must be {ge} or more",
    "less_than": "{value} must be less than {lt}",
    "less_than_equal": "{value} must be {le} or less",
    "multiple_of": "{value} must be a multiple of {multiple_of}",
    "too_short": "too few entries stand here: it takes {min_length}",
    "too_long": "too many entries stand here: it takes at most {max_length}",
    "string_too_short": "{value} is too short: it takes {min_length} characters",
    "string_too_long": "{value} is too long: at most {max_length} characters",
    "bytes_too_short": "{value} is too short",
    "bytes_too_long": "{value} is too long",
    "string_pattern_mismatch": "{value} does not have the form it must have",
    "enum": "{value} is not one of {choices}",
    "literal_error": "{value} is not one of {choices}",
    "url_scheme": "{value} is not an address that begins with {expected_schemes}",
    "decimal_max_digits": "{value} has too many digits",
    "decimal_max_places": "{value} has too many digits behind the point",
    "decimal_whole_digits": "{value} has too many digits before the point",
    "union_tag_invalid": "{value} is not one of {expected_tags}",
    "union_tag_not_found": "{discriminator} is missing",
    "none_required": "nothing may be written here",
    "set_item_not_hashable": "a list of plain values belongs here",
    "invalid_key": "a key must be a word",
    "value_error": "{error}",
    "assertion_error": "{error}",
}

UNSAYABLE = frozenset(
    (
        "no_such_attribute",
        "needs_python_object",
        "recursion_loop",
        "recursion_depth_exceeded",
        "frozen_field",
        "frozen_instance",
        "get_attribute_error",
        "default_factory_not_called",
        "missing_sentinel_error",
        "ellipsis_error",
        "is_instance_of",
        "is_subclass_of",
        "callable_type",
        "missing_argument",
        "unexpected_keyword_argument",
        "missing_keyword_only_argument",
        "unexpected_positional_argument",
        "missing_positional_only_argument",
        "multiple_argument_values",
    )
)
"""Types that no value of a file brings about (they are about Python); should one come: "cannot stand here"."""

_THEIRS = frozenset(get_args(ErrorType))


def choices(context: Mapping[str, Any]) -> list[str]:
    """The words an enum or literal allows: pydantic hands them over as one English sentence."""
    return re.findall(r"'([^']*)'", str(context.get("expected", "")))


def sentence(kind: str, value: str, context: Mapping[str, Any], says: str) -> str:
    """The sentence for an error of type `kind` about `value` (as shown); `says` is the error's own message."""
    if kind in WANTED:
        return f"{value} is not {WANTED[kind]}"
    if kind in SAYINGS:
        return _saying(kind, value, context)
    if kind in _THEIRS:
        return f"{value} cannot stand here"
    return str(context.get("message", says))


def _saying(kind: str, value: str, context: Mapping[str, Any]) -> str:
    numbers = {key: f"{each:g}" if isinstance(each, float) else each for key, each in context.items()}
    allowed = choices(context)
    if len(allowed) == 1:
        return f"{value} stands where only '{allowed[0]}' can"
    return SAYINGS[kind].format_map({**numbers, "choices": ", ".join(allowed), "value": value})
