"""A tree against a model: each departure becomes one fault, where it stands."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from grader.authoring.nodes import Mapping, Node, Scalar, Sequence, kind, plain
from grader.authoring.source import Faults, Span, did_you_mean

Model = TypeVar("Model", bound=BaseModel)

_KINDS = {
    "string_type": "text",
    "float_type": "a number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "list_type": "a list",
}
_BOUNDS = {
    "greater_than": ("gt", "more than"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "less than"),
    "less_than_equal": ("le", "at most"),
}


def read(model: type[Model], node: Mapping, what: str, faults: Faults, at: Span) -> Model:
    """What a mapping says, as a model.

    Keys that are wrong are reported and then treated as if they were not written, so that the rest
    can be read; a required text that is missing becomes empty. `what` names the mapping in
    messages, and `at` is the place to point to where a key is missing.
    """
    data = {entry.key: plain(entry.value) for entry in node}
    try:
        return model.model_validate(data)
    except ValidationError as error:
        broken = {str(detail["loc"][0]) for detail in error.errors()}
        for detail in error.errors(include_url=False):
            _report(detail, model, node, what, faults, at)
    names = {field.alias or name: name for name, field in model.model_fields.items()}
    good: dict[str, Any] = {
        name: "" for name, field in model.model_fields.items() if field.is_required()
    }
    for key, value in data.items():
        if key not in broken and key in names:
            good[names[key]] = value
    return model.model_construct(**good)


def mapping(node: Node | None, what: str, faults: Faults) -> Mapping | None:
    """The node where it is a mapping; else None, and a fault unless there is no node."""
    if node is None or isinstance(node, Mapping):
        return node
    faults.add("YS203", f"{what} must be a mapping, not {kind(node)}", node.span)
    return None


def sequence(node: Node | None, what: str, faults: Faults) -> tuple[Node, ...]:
    """The items of a list; else nothing, and a fault unless there is no node."""
    if node is None:
        return ()
    if isinstance(node, Sequence):
        return node.items
    help = "begin each item with a dash" if isinstance(node, Mapping) else ""
    faults.add("YS203", f"{what} must be a list, not {kind(node)}", node.span, help)
    return ()


def texts(node: Node | None, what: str, faults: Faults) -> list[Scalar]:
    """A text, or each text of a list."""
    items = (node,) if isinstance(node, Scalar) else sequence(node, what, faults)
    found = []
    for item in items:
        if isinstance(item, Scalar) and isinstance(item.value, str) and item.value.strip():
            found.append(item)
        else:
            message = f"{what} must be text, not {kind(item)}"
            faults.add("YS203", message, item.span, _quotes(item))
    return found


def _report(
    detail: ErrorDetails, model: type[BaseModel], node: Mapping, what: str, faults: Faults, at: Span
) -> None:
    place = detail["loc"]
    key = str(place[0])
    entry = node.entry(key)
    name = f"`{key}`" if what == "the assignment" else f"`{key}` of {what}"
    if detail["type"] == "extra_forbidden" and entry:
        known = [field.alias or name for name, field in model.model_fields.items()]
        help = did_you_mean(key, known) or f"the keys are {', '.join(known)}"
        if ":" in key:
            help = "put a space after the colon"
        faults.add("YS201", f"{what} has no key `{key}`", entry.key_span, help)
        return
    if detail["type"] == "missing" or entry is None:
        faults.add("YS202", f"{what} has no `{key}`", at, _description(model, key))
        return
    found: Node = entry.value
    for part in place[1:]:
        if isinstance(part, int) and isinstance(found, Sequence):
            found = found.items[part]
    code, message, help = _complaint(detail, name, found)
    faults.add(code, message, found.span, help)


def _complaint(detail: ErrorDetails, name: str, found: Node) -> tuple[str, str, str]:
    error, context = detail["type"], detail.get("ctx", {})
    if error in _KINDS:
        due = _KINDS[error]
        return "YS203", f"{name} must be {due}, not {kind(found)}", _kind_help(due, found)
    if error in _BOUNDS:
        bound, words = _BOUNDS[error]
        return "YS205", f"{name} must be {words} {context[bound]:g}, not {plain(found)}", ""
    if error == "one_of":
        choices = context["choices"]
        near = did_you_mean(str(plain(found)), choices)
        help = f"there are {', '.join(f'`{choice}`' for choice in choices)}"
        return "YS204", f"{name} cannot be {kind(found)}", f"{near} {help}" if near else help
    if error == "case_id":
        return (
            "YS206",
            f"{name} cannot be {kind(found)}",
            "an id is made of letters, digits, `-`, `_` and `.`, and begins with a letter or digit",
        )
    if error == "string_too_short":
        return "YS205", f"{name} is empty", ""
    if error == "finite_number":
        return "YS205", f"{name} must be finite, not {plain(found)}", ""
    return "YS205", f"{name}: {detail['msg'][:1].lower()}{detail['msg'][1:]}", ""


def _kind_help(due: str, found: Node) -> str:
    if due == "text":
        return _quotes(found)
    if isinstance(found, Scalar) and isinstance(found.value, str):
        if due == "true or false" and found.text.lower() in ("yes", "no", "on", "off", "y", "n"):
            return "write true or false: `yes`, `no`, `on` and `off` are plain words here"
        if found.style in ("'", '"'):
            return "leave the quotes away"
    return ""


def _quotes(found: Node) -> str:
    written = isinstance(found, Scalar) and found.value is not None
    return "put quotes around it" if written else ""


def _description(model: type[BaseModel], key: str) -> str:
    for name, field in model.model_fields.items():
        if key in (name, field.alias) and field.description:
            return field.description[:1].lower() + field.description[1:].rstrip(".")
    return ""
