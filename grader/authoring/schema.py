"""The shape of an assignment file: which keys there are, and what each may hold.

The models serve twice: they check what a person wrote, and they become the JSON Schema by which an
editor completes and explains. What depends on other places (names in a graph, shapes, cases that
need each other) is checked where those are known, and is `Any` here, with its schema written out.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Final

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError, core_schema

from grader.domain.assignment import Mode, Reveal
from grader.domain.language import LANGUAGES, language_of
from grader.domain.program import Call
from grader.domain.vocabulary import CONCEPTS
from grader.generating.sharing import Sharing
from grader.records import dataclass

DIALECTS: Final = ("variable-function", "value")
DTYPES: Final = ("float64", "float32", "int64", "int32", "bool")
CASE_ID: Final = r"[A-Za-z0-9][A-Za-z0-9_.-]*"
MAX_SECONDS: Final = 600.0

_TAGS: Final = [*LANGUAGES, "zh"]
_PART: Final = "x-part"  # becomes "$ref" once all parts are in one schema


@dataclass(frozen=True, slots=True)
class OneOf:
    """Marks a text that is one of some words, and says which where it is none of them."""

    choices: tuple[str, ...]

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"type": "string", "enum": list(self.choices)}

    def _check(self, value: str) -> str:
        if value not in self.choices:
            raise PydanticCustomError("one_of", "not one of", {"choices": self.choices})
        return value


def _case_id(value: str) -> str:
    if not re.fullmatch(CASE_ID, value):
        raise PydanticCustomError("case_id", "not a case id")
    return value


def _language(value: str) -> str:
    if not language_of(value):
        raise PydanticCustomError("one_of", "not one of", {"choices": tuple(LANGUAGES)})
    return value


class Closed(BaseModel):
    """A mapping whose keys are all known, and whose values are not bent into another type."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, defer_build=True)


Seconds = Annotated[float, Field(gt=0, le=MAX_SECONDS, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, lt=1, allow_inf_nan=False)]
Steps = Annotated[int, Field(ge=0, le=100)]
Length = Annotated[int, Field(ge=0, le=1_000_000)]
Dtype = Annotated[str, OneOf(DTYPES)]
Concept = Annotated[str, OneOf(CONCEPTS)]
Dialect = Annotated[str, OneOf(DIALECTS)]
HowRevealed = Annotated[str, OneOf(tuple(reveal.value for reveal in Reveal))]
Tag = Annotated[str, AfterValidator(_language), WithJsonSchema({"type": "string", "enum": _TAGS})]
WhatIsHandedIn = Annotated[str, OneOf(tuple(mode.value for mode in Mode))]
HowShared = Annotated[str, OneOf(tuple(sharing.value for sharing in Sharing))]
HowCalled = Annotated[str, OneOf(tuple(call.value for call in Call))]
CaseId = Annotated[str, AfterValidator(_case_id), Field(pattern=f"^{CASE_ID}$")]


class NormalSample(Closed):
    """Numbers drawn from the standard normal distribution."""

    normal: list[Length] = Field(description="The shape; `[]` is a single number.", max_length=8)
    seed: int = Field(0, description="Another seed gives other numbers.")
    dtype: Dtype = Field("float64", description="The element type; float64 where none is given.")


class UniformSample(Closed):
    """Numbers drawn evenly between two bounds."""

    uniform: list[Length] = Field(description="The shape; `[]` is a single number.", max_length=8)
    low: float = Field(0.0, description="The lower bound.", allow_inf_nan=False)
    high: float = Field(1.0, description="The upper bound.", allow_inf_nan=False)
    of: str = Field(
        "",
        description="A function of `functions.py`: its `samples` are the bounds, instead of `low` and `high`.",
    )
    seed: int = Field(0, description="Another seed gives other numbers.")
    dtype: Dtype = Field("float64", description="The element type; float64 where none is given.")


class TypedValue(Closed):
    """Written numbers of another element type than float64."""

    value: Annotated[Any, WithJsonSchema({_PART: "Numbers"})] = Field(
        description="A number, or nested lists of numbers."
    )
    dtype: Dtype = Field("float64", description="The element type, in numpy's name for it.")


class ToleranceTable(Closed):
    """Two numbers agree if |observed - expected| <= absolute + relative * |expected|."""

    relative: Share | None = Field(None, description="Allowed difference per unit of the expected.")
    absolute: Share | None = Field(None, description="Allowed difference besides.")


def _ref(*names: str) -> list[dict[str, str]]:
    return [{_PART: name} for name in names]


_TEXTS = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
_TEXT = {"anyOf": [{"type": "string"}, *_ref("TextByLanguage")]}
_HINTS = {
    "anyOf": [
        {"type": "string"},
        {"type": "array", "items": _TEXT},
        *_ref("TextByLanguage", "HintsByLanguage"),
    ]
}
_INPUT = {"anyOf": _ref("Numbers", "NormalSample", "UniformSample", "TypedValue")}
_ANSWER: Final[dict[str, Any]] = {
    "anyOf": [*_ref("Numbers"), {"type": "boolean"}, {"type": "null"}]
}
_TOLERANCE = {"anyOf": [{"type": "number"}, *_ref("ToleranceTable")]}
_SIZE = {
    "anyOf": [
        {"type": "integer", "minimum": 1},
        {"type": "array", "items": {"type": "integer", "minimum": 1}, "minItems": 2, "maxItems": 2},
    ]
}
_NAMES = {"type": "array", "items": {"type": "string"}}
_REQUIRED = {
    "anyOf": [
        {"type": "string"},
        {"type": "object", "additionalProperties": _NAMES, "minProperties": 1},
    ]
}

Texts = Annotated[Any, WithJsonSchema(_TEXTS)]
Text = Annotated[str, WithJsonSchema(_TEXT)]
Hints = Annotated[Any, WithJsonSchema(_HINTS)]
Inputs = Annotated[Any, WithJsonSchema({"type": "object", "additionalProperties": _INPUT})]
Expected = Annotated[Any, WithJsonSchema({"type": "object", "additionalProperties": _ANSWER})]
ToleranceValue = Annotated[Any, WithJsonSchema(_TOLERANCE)]
Requires = Annotated[Any, WithJsonSchema({"type": "array", "items": _REQUIRED})]


def _list_of(name: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "array", "items": {_PART: name}})


Accepted = Annotated[Any, _list_of("Accept")]
Variants = Annotated[Any, _list_of("Variant")]
Cases = Annotated[
    Any,
    WithJsonSchema(
        {
            "type": "array",
            "items": {
                "if": {"required": ["random"]},
                "then": {_PART: "RandomEntry"},
                "else": {_PART: "CaseEntry"},
            },
        }
    ),
]


class Accept(BaseModel):
    """Another legal answer: what it is called, and the quantities that differ."""

    model_config = ConfigDict(
        strict=True,
        extra="allow",
        frozen=True,
        defer_build=True,
        json_schema_extra={"additionalProperties": _ANSWER},
    )
    as_: Text = Field(alias="as", description="What the convention is called.", min_length=1)


class Variant(Closed):
    """The case once more, with other inputs."""

    title: Text = Field("", description="What is different in this variant.")
    inputs: Inputs = Field(None, description="Inputs that replace or complete those of the case.")
    expect: Expected = Field(
        None, description="Answers that replace or complete those of the case."
    )
    accept: Accepted = Field(None, description="Other legal answers for this variant.")


class CaseHead(Closed):
    """What every case says, whether its graph is written or drawn."""

    case: CaseId = Field(description="The id of the case, unique in the assignment.")
    title: Text = Field("", description="One line for the report; the id where there is none.")
    concept: Concept = Field(description="The idea that the case teaches.")
    needs: Texts = Field(None, description="Cases that must pass, or this one is skipped.")
    points: float = Field(
        1.0, ge=0, le=1e6, allow_inf_nan=False, description="What the case is worth."
    )
    hidden: bool = Field(False, description="true: students do not see the case itself.")
    reveal: HowRevealed = Field(
        "", description="How much a report shows; `verdict` where the case is hidden, else `full`."
    )
    hint: Hints = Field(None, description="One hint, or a ladder of hints from mild to strong.")
    tolerance: ToleranceValue = Field(None, description="For this case alone.")
    time_limit: Seconds | None = Field(None, description="Seconds for this case alone.")


class CaseEntry(CaseHead):
    """One program to be performed, what it is worth and how it is spoken about."""

    inputs: Inputs = Field(None, description="The leaves of the graph: name: numbers, or a sample.")
    graph: str = Field(
        min_length=1, description="The program, one statement a line, such as `y = square(x)`."
    )
    backward: bool = Field(
        True,
        description="false: forward only. Else `backward()` of the last name is meant "
        "where the graph has none.",
    )
    expect: Expected = Field(
        None, description="The answers, such as `{y: 32, x.grad: 64}`; compared with the reference."
    )
    check: Texts = Field(
        None,
        description="What is asked instead of every output and every gradient of an input: `y`, "
        "`x.grad`, `y.generation`, `y.creator is None`, `x.grad is None`, `released(y)`.",
    )
    accept: Accepted = Field(None, description="Other legal answers, each with a name.")
    variants: Variants = Field(
        None, description="The case with several inputs: cases id/1, id/2, ... share its points."
    )
    call: HowCalled = Field(
        "any", description="Insists that functions are called as `function` or by their `operator`."
    )


class RandomGraphs(Closed):
    """Graphs that are drawn: the same ones for one seed of the run."""

    graphs: int = Field(10, ge=1, le=200, description="How many graphs: cases id/1, id/2, ...")
    functions: list[str] = Field(
        min_length=1, description="The functions to draw from; element-wise ones."
    )
    size: Annotated[Any, WithJsonSchema(_SIZE)] = Field(
        None, description="How many functions a graph has: a number, or `[least, most]`; 3 to 8."
    )
    inputs: int = Field(2, ge=1, le=4, description="How many inputs a graph has.")
    shape: list[Length] = Field(
        [], description="The shape of each input; `[]` is a single number.", max_length=4
    )
    sharing: list[HowShared] | None = Field(
        None,
        description="What every graph shows: `repeated` (x + x), `shared` (a value that several "
        "functions use), `diamond` (branches that meet again). `[]`: nothing of it.",
    )
    seed: int = Field(0, description="Another seed gives other graphs.")


class RandomEntry(CaseHead):
    """Cases whose graphs are drawn at random."""

    random: Annotated[Any, WithJsonSchema({_PART: "RandomGraphs"})] = Field(
        description="What the graphs are like, instead of `graph` and `inputs`."
    )


class AssignmentFile(Closed):
    """An assignment: what a submission must define, and the cases by which it is graded."""

    title: Text = Field(min_length=1, description="The title of the assignment.")
    summary: Text = Field("", description="What is to be built, in a sentence or two.")
    requires: Requires = Field(
        None,
        description="Names that a submission must define, each alone or with other accepted "
        "names: `Variable: [Tensor]`.",
    )
    language: Tag = Field(
        "",
        description="The language of the texts, in which reports speak where nobody asks for another.",
    )
    hints: Steps | None = Field(
        None, description="How many steps of each ladder of hints students are shown; else all."
    )
    dialect: Dialect = Field(
        "", description="How a submission's classes are spoken to; `variable-function` by default."
    )
    mode: WhatIsHandedIn = Field(
        "",
        description="What is handed in: `code`, by default, or `cases`, a YAML of cases which is graded "
        "by the known misconceptions that it notices among those that the cases here do.",
    )
    tolerance: ToleranceValue = Field(
        None, description="A number, or `{relative: 1e-7, absolute: 1e-9}`; for all cases."
    )
    time_limit: Seconds | None = Field(None, description="Seconds for each case.")
    extends: str = Field(
        "", description="The folder of another assignment, whose cases come before these."
    )
    cases: Cases = Field(description="The cases, in the order of the report.")


_PARTS: Final = (
    CaseEntry,
    RandomEntry,
    RandomGraphs,
    Variant,
    Accept,
    ToleranceTable,
    NormalSample,
    UniformSample,
    TypedValue,
)

_NUMBERS = {
    "description": "A number, or nested lists of numbers.",
    "anyOf": [{"type": "number"}, {"type": "array", "items": {_PART: "Numbers"}}],
}


def _by_language(text: dict[str, Any], what: str) -> dict[str, Any]:
    return {
        "type": "object",
        "description": f"{what} in several languages.",
        "properties": {
            tag: {**text, "description": f"In {LANGUAGES[language_of(tag)]}."} for tag in _TAGS
        },
        "additionalProperties": False,
        "minProperties": 1,
    }


_BY_LANGUAGE = {
    "TextByLanguage": _by_language({"type": "string"}, "A text"),
    "HintsByLanguage": _by_language(_NAMES, "A ladder of hints"),
}


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of an assignment file."""
    parts = {part.__name__: part.model_json_schema(by_alias=True) for part in _PARTS}
    schema: dict[str, Any] = _joined(
        {
            **AssignmentFile.model_json_schema(),
            "$defs": {"Numbers": _NUMBERS, **_BY_LANGUAGE, **parts},
        }
    )
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _joined(part: Any) -> Any:
    match part:
        case dict():
            renamed = {"$ref": f"#/$defs/{part[_PART]}"} if _PART in part else {}
            rest = {key: _joined(value) for key, value in part.items() if key != _PART}
            return renamed | rest
        case list():
            return [_joined(item) for item in part]
        case _:
            return part
