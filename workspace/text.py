"""Sentences for people: an English template and its values, translated only when shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping


def _as_is(template: str) -> str:
    return template


class Text:
    """One message: `template` in English with `{names}`, and the values for them.

    The template is the key of the translation catalogue, so it must be a literal at the call
    site. Values may be Texts themselves; they are translated too. Immutable and hashable.
    """

    __slots__ = ("template", "values")

    template: str
    values: tuple[tuple[str, object], ...]

    def __init__(self, template: str, **values: object) -> None:
        object.__setattr__(self, "template", template)
        object.__setattr__(self, "values", tuple(sorted(values.items())))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a Text cannot change: {name}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a Text cannot change: {name}")

    def __reduce__(self) -> tuple[Callable[..., Text], tuple[str, tuple[tuple[str, object], ...]]]:
        return _restored, (self.template, self.values)

    @staticmethod
    def restored(template: str, values: Mapping[str, object]) -> Text:
        """A text that was kept somewhere: its template was a literal when it was first said."""
        return _restored(template, tuple(values.items()))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Text):
            return NotImplemented
        return (self.template, self.values) == (other.template, other.values)

    def __hash__(self) -> int:
        return hash((self.template, self.values))

    def __repr__(self) -> str:
        return f"Text({self.template!r}, {dict(self.values)!r})"

    def __str__(self) -> str:
        return self.render(_as_is)

    def render(self, translate: Callable[[str], str]) -> str:
        """The sentence in the language of `translate`, which maps a template to a template."""
        shown = {
            name: value.render(translate) if isinstance(value, Text) else value
            for name, value in self.values
        }
        return translate(self.template).format(**shown)


def _restored(template: str, values: tuple[tuple[str, object], ...]) -> Text:
    return Text(template, **dict(values))
