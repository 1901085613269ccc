"""Texts that are given in several languages: one of them stays in the tree, the others are kept beside it.

title: {en: Both branches meet again, zh: 两条路径再次汇合, ja: 二つの道がまた出会う}
hint:
  en: [Look at backward()., Two uses are owed two gradients.]
  zh: [看 backward()。, 使用两次，就应得两份梯度。]
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from grader.authoring.nodes import Entry, Mapping, Node, Scalar, Sequence, kind
from grader.authoring.source import Faults, did_you_mean
from grader.domain.assignment import Translation
from grader.domain.language import ENGLISH, LANGUAGES, language_of

TEXTS: Final = ("title", "summary", "hint", "as")
LISTS: Final = ("cases", "variants", "accept")


class Translations:
    """Collects the texts of an assignment that are given in several languages."""

    def __init__(self, language: str, faults: Faults) -> None:
        self.language = language
        self.faults = faults
        self._found: dict[tuple[str, str], str] = {}

    def __iter__(self) -> Iterator[Translation]:
        for (language, text), translation in self._found.items():
            yield Translation(language, text, translation)

    def in_one_language(self, node: Mapping) -> Mapping:
        """The mapping with each of its texts in the assignment's language, else English, else the first."""
        entries = (Entry(each.key, each.key_span, self._value(each)) for each in node)
        return Mapping(node.span, node.size, tuple(entries))

    def composed(self, text: str, before: str, between: str, after: str = "") -> None:
        """Note how `text`, which is made of two others, is made of their translations."""
        for language in LANGUAGES:
            first = self._found.get((language, before), before)
            second = self._found.get((language, after), after)
            if (first, second) != (before, after):
                self._found[language, text] = f"{first}{between}{second}"

    def _value(self, entry: Entry) -> Node:
        value = entry.value
        if entry.key in LISTS and isinstance(value, Sequence):
            items = (self.in_one_language(i) if isinstance(i, Mapping) else i for i in value.items)
            return Sequence(value.span, value.size, tuple(items))
        if entry.key not in TEXTS:
            return value
        if isinstance(value, Mapping) and value.entries:
            return self._chosen(entry.key, value)
        if entry.key == "hint" and isinstance(value, Sequence):
            steps = (
                self._chosen(entry.key, step)
                if isinstance(step, Mapping) and step.entries
                else step
                for step in value.items
            )
            return Sequence(value.span, value.size, tuple(steps))
        return value

    def _chosen(self, key: str, node: Mapping) -> Node:
        given: dict[str, Node] = {}
        for entry in node:
            language = language_of(entry.key)
            if language:
                given[language] = entry.value
                continue
            help = did_you_mean(entry.key, LANGUAGES) or f"the languages are {', '.join(LANGUAGES)}"
            message = f"`{key}` cannot be given in `{entry.key}`"
            self.faults.add("YS204", message, entry.key_span, help)
        if not given:  # said already: what is there stands for a text, so that nothing more is said
            return node.entries[0].value
        own = next((one for one in (self.language, ENGLISH) if one in given), next(iter(given)))
        steps = self._steps(key, given[own])
        for language, other in given.items():
            translated = self._steps(key, other)
            if len(translated) != len(steps):
                message = (
                    f"`{key}` has {len(translated)} steps in `{language}`, {len(steps)} in `{own}`"
                )
                self.faults.add("YS205", message, other.span)
            if language != own:
                pairs = zip(steps, translated, strict=False)
                self._found |= {(language, text): meant for text, meant in pairs}
        return given[own]

    def _steps(self, key: str, node: Node) -> tuple[str, ...]:
        """The text, or the texts of a ladder of hints, as they are read from the tree later."""
        items = node.items if key == "hint" and isinstance(node, Sequence) else (node,)
        for item in items:
            if (
                not isinstance(item, Scalar)
                or not isinstance(item.value, str)
                or not item.text.strip()
            ):
                self.faults.add("YS203", f"`{key}` must be text, not {kind(item)}", item.span)
        return tuple(item.text.strip() for item in items if isinstance(item, Scalar))
