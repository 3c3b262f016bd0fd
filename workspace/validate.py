"""A document checked against its pydantic model, with what is wrong as faults by line and key."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Annotated, TypeVar, get_args

from pydantic import BaseModel, BeforeValidator, ValidationError
from pydantic_core import ErrorDetails

from workspace.document import Document, Keys, dotted
from workspace.faults import Fault
from workspace.nearest import nearest, quoted
from workspace.text import Text

Model = TypeVar("Model", bound=BaseModel)


class Unacceptable(ValueError):
    """Raised in a model's validators: says what would have been accepted.

    `found` replaces the value itself in the fault, `keys` leads from the place of the validator to
    the part that is wrong.
    """

    def __init__(
        self, expected: Text | str, found: Text | str | None = None, keys: Keys = ()
    ) -> None:
        super().__init__(str(expected))
        self.expected = expected
        self.found = found
        self.keys = keys


def _as_code(value: object) -> object:
    """A whole number is the code of the same digits (leading zeros keep it text in YAML)."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value.strip() if isinstance(value, str) else value


# A code of an account, a product, ...: text, also where it is written in digits.
Code = Annotated[str, BeforeValidator(_as_code)]


def validate(document: Document, model: type[Model], faults: list[Fault]) -> Model | None:
    """The model's object, or None after adding a fault for everything that is wrong."""
    try:
        return model.model_validate(dict(document.data))
    except ValidationError as error:
        seen: set[tuple[int, str]] = set()
        for details in error.errors(include_url=False):
            fault = _fault(document, model, details)
            # The branches of a union each complain about the same key: one complaint will do.
            if (fault.row or 0, fault.column or "") not in seen:
                seen.add((fault.row or 0, fault.column or ""))
                faults.append(fault)
        return None


def _fault(document: Document, model: type[BaseModel], details: ErrorDetails) -> Fault:
    keys = _in_file(document, details)
    cause = (details.get("ctx") or {}).get("error")
    if isinstance(cause, Unacceptable):
        keys = (*keys, *cause.keys)
        found = cause.found or _found(details["input"])
        return Fault(
            document.file, document.line(keys), dotted(keys) or None, found, cause.expected
        )
    line = document.line(keys)
    if details["type"] == "extra_forbidden":
        return _unknown_key(document, model, keys, line)
    if details["type"] == "missing":
        return Fault(document.file, line, dotted(keys), Text("nothing"), Text("a value"))
    return Fault(
        document.file, line, dotted(keys) or None, _found(details["input"]), _expected(details)
    )


def _in_file(document: Document, details: ErrorDetails) -> Keys:
    """The keys of an error without the names that pydantic adds for branches of unions."""
    keys: Keys = ()
    loc = details["loc"]
    for i, part in enumerate(loc):
        last = i == len(loc) - 1
        if (*keys, part) in document.lines or (last and details["type"] == "missing"):
            keys = (*keys, part)
    return keys


def _unknown_key(document: Document, model: type[BaseModel], keys: Keys, line: int) -> Fault:
    valid = list(_keys_at(model, keys[:-1]))
    match = nearest(str(keys[-1]), valid)
    expected = (
        Text("the key {key}", key=quoted(match))
        if match
        else Text("one of the keys {keys}", keys=", ".join(valid))
    )
    return Fault(document.file, line, dotted(keys), Text("an unknown key"), expected)


def _keys_at(model: type[BaseModel], keys: Keys) -> Iterator[str]:
    """The keys that a model accepts at a place, as they are written in files."""
    models = [model]
    for key in keys:
        if isinstance(key, str):
            models = [
                inner
                for outer in models
                for name, field in outer.model_fields.items()
                if (field.alias or name) == key
                for inner in _models_in(field.annotation)
            ]
    for found in models:
        for name, field in found.model_fields.items():
            yield field.alias or name


def _models_in(annotation: object) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in _models_in(part)]


def _found(value: object) -> Text | str:
    if value is None:
        return Text("nothing")
    if isinstance(value, bool):
        return quoted(str(value).lower())
    if isinstance(value, Mapping):
        return Text("a mapping")
    if isinstance(value, Collection) and not isinstance(value, str):
        return Text("a list")
    return quoted(value)


def _expected(details: ErrorDetails) -> Text:
    """What pydantic's kinds of errors expected, in words that can be translated."""
    context = details.get("ctx") or {}
    plain = {
        "string_type": Text("text"),
        "bool_type": Text("true or false"),
        "bool_parsing": Text("true or false"),
        "int_type": Text("a whole number"),
        "int_parsing": Text("a whole number"),
        "int_from_float": Text("a whole number"),
        "float_type": Text("a number"),
        "float_parsing": Text("a number"),
        "finite_number": Text("a finite number"),
        "tuple_type": Text("a list"),
        "list_type": Text("a list"),
        "dict_type": Text("a mapping"),
        "model_type": Text("a mapping"),
        "model_attributes_type": Text("a mapping"),
        "string_too_short": Text("some text"),
        "too_short": Text("a longer list"),
        "too_long": Text("a shorter list"),
    }
    limits = {
        "greater_than": (Text("more than {limit}", limit=context.get("gt"))),
        "greater_than_equal": (Text("at least {limit}", limit=context.get("ge"))),
        "less_than": (Text("less than {limit}", limit=context.get("lt"))),
        "less_than_equal": (Text("at most {limit}", limit=context.get("le"))),
        "literal_error": Text("one of {words}", words=context.get("expected")),
        "enum": Text("one of {words}", words=context.get("expected")),
        "string_pattern_mismatch": Text("text like {pattern}", pattern=context.get("pattern")),
    }
    known = {**plain, **limits}.get(details["type"])
    return known or Text("{message}", message=details["msg"])
