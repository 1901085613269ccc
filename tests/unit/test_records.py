"""A record is what the standard library's frozen dataclass with slots is: every test here holds for both."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
import sys
import time
from types import SimpleNamespace
from typing import Any

import pytest

from grader import records

BOTH = {
    "records": SimpleNamespace(
        dataclass=records.dataclass, field=records.field, replace=records.replace
    ),
    "the standard library": dataclasses,
}


@pytest.fixture(params=BOTH)
def made(request: pytest.FixtureRequest) -> Any:
    """A namespace of classes made one way or the other."""
    way = BOTH[request.param]
    dataclass = way.dataclass(frozen=True, slots=True)

    @dataclass
    class Point:
        """Two numbers."""

        x: float
        y: float = 2.0

        @property
        def total(self) -> float:
            return self.x + self.y

    @dataclass
    class Box:
        items: list[int] = way.field(default_factory=list)
        note: str = ""

    @dataclass
    class Empty:
        pass

    @dataclass
    class One:
        only: Any

    @dataclass
    class Checked:
        size: int

        def __post_init__(self) -> None:
            if self.size < 0:
                raise ValueError(f"a size of {self.size}")

    @dataclass
    class Named(Point):
        name: str = "P"

    @dataclass
    class Loud:
        x: int

        def __repr__(self) -> str:
            return "LOUD"

        def __eq__(self, other: object) -> bool:
            return True

        def __hash__(self) -> int:
            return 7

    return SimpleNamespace(
        Point=Point,
        Box=Box,
        Empty=Empty,
        One=One,
        Checked=Checked,
        Named=Named,
        Loud=Loud,
        replace=way.replace,
    )


def test_values_are_given_by_place_or_name_and_have_defaults(made: Any) -> None:
    assert made.Point(1.0).y == 2.0
    assert made.Point(y=3.0, x=1.0).total == 4.0
    assert made.Named(1.0, name="Q").name == "Q"
    assert made.Point.__doc__ == "Two numbers."


@pytest.mark.parametrize(
    ("values", "named", "told"),
    [
        ((), {}, "x"),
        ((1, 2, 3), {}, "4 were given"),
        ((1,), {"x": 1}, "multiple values for argument 'x'"),
        ((1,), {"z": 1}, "unexpected keyword argument 'z'"),
    ],
)
def test_wrong_arguments_are_named(
    made: Any, values: tuple[Any, ...], named: dict[str, Any], told: str
) -> None:
    with pytest.raises(TypeError, match=told):
        made.Point(*values, **named)


def test_a_factory_makes_a_new_default_for_each(made: Any) -> None:
    first, second = made.Box(), made.Box(note="n")
    assert first.items == second.items == []
    assert first.items is not second.items
    assert made.Box([1]).items == [1]


def test_nothing_can_be_changed_or_added(made: Any) -> None:
    point = made.Point(1.0)
    with pytest.raises(dataclasses.FrozenInstanceError, match="'x'"):
        point.x = 2.0
    with pytest.raises(dataclasses.FrozenInstanceError, match="'x'"):
        del point.x
    with pytest.raises((AttributeError, TypeError)):
        point.other = 1
    assert not hasattr(point, "__dict__")


def test_equality_and_hash_are_those_of_the_values_of_one_class(made: Any) -> None:
    assert made.Point(1.0) == made.Point(1.0, 2.0)
    assert made.Point(1.0) != made.Point(1.0, 3.0)
    assert hash(made.Point(1.0)) == hash(made.Point(1.0, 2.0))
    assert made.Point(1.0) != made.Named(1.0)
    assert made.Empty() == made.Empty()
    assert hash(made.Empty()) == hash(made.Empty())
    assert made.One(1) == made.One(1)
    assert made.One((1,)) != made.One(1)
    nan = float("nan")
    assert made.One(nan) == made.One(nan)  # the same object, as in a tuple
    assert made.Point(1.0) != (1.0, 2.0)


def test_own_methods_are_kept(made: Any) -> None:
    assert repr(made.Loud(1)) == "LOUD"
    assert made.Loud(1) == 3
    assert hash(made.Loud(1)) == 7


def test_it_shows_its_values(made: Any) -> None:
    assert repr(made.Point(1.0)).endswith("Point(x=1.0, y=2.0)")
    assert repr(made.Empty()).endswith("Empty()")


def test_it_matches_by_place(made: Any) -> None:
    match made.Named(1.0, 5.0):
        case made.Named(x, y, name):
            assert (x, y, name) == (1.0, 5.0, "P")
        case _:
            pytest.fail("no match")


def test_a_copy_has_some_values_changed(made: Any) -> None:
    point = made.Named(1.0, 5.0, "Q")
    assert made.replace(point, y=6.0) == made.Named(1.0, 6.0, "Q")
    assert point.y == 5.0
    with pytest.raises(TypeError, match="unexpected keyword argument 'z'"):
        made.replace(point, z=1)


def test_what_is_checked_on_creation_is_checked_in_a_copy(made: Any) -> None:
    with pytest.raises(ValueError, match="-1"):
        made.Checked(-1)
    with pytest.raises(ValueError, match="-2"):
        made.replace(made.Checked(1), size=-2)


def test_the_standard_library_can_look_into_it(made: Any) -> None:
    assert [one.name for one in dataclasses.fields(made.Named)] == ["x", "y", "name"]
    assert dataclasses.is_dataclass(made.Point)
    assert dataclasses.asdict(made.Box([1])) == {"items": [1], "note": ""}
    assert dataclasses.replace(made.Point(1.0), x=3.0) == made.Point(3.0)
    assert list(inspect.signature(made.Named).parameters) == ["x", "y", "name"]
    assert inspect.signature(made.Point).parameters["y"].default == 2.0


def test_it_can_be_copied_and_pickled(made: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    box = made.Box([1], "n")
    monkeypatch.setattr(sys.modules[__name__], "Box", made.Box, raising=False)
    made.Box.__qualname__ = "Box"
    for other in (copy.copy(box), copy.deepcopy(box), pickle.loads(pickle.dumps(box))):
        assert other == box
    assert copy.deepcopy(box).items is not box.items


def test_a_record_must_say_that_it_is_frozen_and_has_slots() -> None:
    with pytest.raises(TypeError, match="frozen"):
        records.dataclass(frozen=False, slots=True)


def test_types_are_known_even_when_the_module_has_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    from grader.domain.array import Array

    plan = records.plan_of(Array)
    assert plan is not None
    monkeypatch.delitem(sys.modules, "grader.domain.array")
    assert plan.hints == {"shape": tuple[int, ...], "dtype": str, "data": bytes}


def test_to_make_a_class_costs_a_fraction() -> None:
    def seconds(way: Any) -> float:
        start = time.process_time()
        for _ in range(30):

            @way(frozen=True, slots=True)
            class Made:
                x: int
                y: str = ""

        return time.process_time() - start

    ours = min(seconds(records.dataclass) for _ in range(3))
    theirs = min(seconds(dataclasses.dataclass) for _ in range(3))
    assert ours < theirs / 5
