"""The drawing plan keeps its promises on whatever graph."""

import subprocess
import sys
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from grader.report.layout import Box, Link, arrange

ROOT = Path(__file__).resolve().parents[3]


@st.composite
def graphs(draw, most=14):
    """Variables and functions in turn, with shared and repeated inputs."""
    boxes = [Box("v0", draw(st.sampled_from([60.0, 90.0, 140.0])), 48.0)]
    links = []
    for index in range(1, draw(st.integers(1, most))):
        variables = [box.id for box in boxes if box.id.startswith("v")]
        operands = draw(st.lists(st.sampled_from(variables), min_size=1, max_size=2))
        boxes.append(Box(f"f{index}", 44.0, 24.0))
        links += [Link(o, f"f{index}", port, len(operands)) for port, o in enumerate(operands)]
        boxes.append(Box(f"v{index}", draw(st.sampled_from([60.0, 110.0])), 48.0))
        links.append(Link(f"f{index}", f"v{index}"))
        if draw(st.booleans()):
            boxes.append(Box(f"v{index}b", 64.0, 32.0))
    return boxes, links


@settings(print_blob=True, deadline=None, max_examples=60)
@given(graphs())
def test_no_two_boxes_overlap(graph):
    plan = arrange(*graph)
    for number, left in enumerate(plan.boxes):
        for right in plan.boxes[:number]:
            beside = left.x + left.width <= right.x + 0.11 or right.x + right.width <= left.x + 0.11
            above = left.y + left.height <= right.y or right.y + right.height <= left.y
            assert beside or above


@settings(print_blob=True, deadline=None, max_examples=60)
@given(graphs())
def test_every_arrow_is_drawn_and_points_down(graph):
    boxes, links = graph
    plan = arrange(boxes, links)
    assert [route.link for route in plan.routes] == links
    for route in plan.routes:
        heights = [y for _, y in route.points]
        assert heights == sorted(heights)
        assert len(set(heights)) > 1


@settings(print_blob=True, deadline=None, max_examples=60)
@given(graphs())
def test_arrows_end_in_the_order_of_the_operands(graph):
    plan = arrange(*graph)
    ends = {}
    for route in plan.routes:
        ends.setdefault(route.link.target, []).append((route.link.port, route.points[-1][0]))
    for found in ends.values():
        assert [x for _, x in sorted(found)] == sorted(x for _, x in found)


@settings(print_blob=True, deadline=None, max_examples=60)
@given(graphs())
def test_rows_are_generations(graph):
    boxes, links = graph
    rows = {box.id: box.row for box in arrange(boxes, links).boxes}
    for box in boxes:
        sources = [rows[link.source] for link in links if link.target == box.id]
        assert rows[box.id] == (max(sources) + 1 if sources else 0)


@settings(print_blob=True, deadline=None, max_examples=60)
@given(graphs())
def test_no_arrow_runs_through_a_box(graph):
    plan = arrange(*graph)
    for route in plan.routes:
        inner = route.points[1:-1]
        for (x, top), (_, bottom) in zip(inner[::2], inner[1::2], strict=True):
            for box in plan.boxes:
                clear = x <= box.x + 0.11 or x >= box.x + box.width - 0.11
                assert clear or bottom <= box.y or top >= box.y + box.height


def test_a_repeated_input_is_two_arrows():
    boxes = [Box("x", 60, 40), Box("f", 50, 24), Box("y", 60, 40)]
    links = [Link("x", "f", 0, 2), Link("x", "f", 1, 2), Link("f", "y")]
    first, second, _ = arrange(boxes, links).routes
    assert first.points[-1] != second.points[-1]


def test_the_plan_is_the_same_under_another_hash_seed():
    code = (
        "from tests.unit.report.test_layout import sample;"
        "from grader.report.layout import arrange; print(arrange(*sample()))"
    )

    def run(seed):
        return subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    assert run("1") == run("2") == f"{arrange(*sample())}\n"


def sample():
    """A ladder of diamonds with a long arrow."""
    boxes, links = [Box("v0", 60, 48)], []
    for index in range(1, 9):
        boxes += [Box(f"f{index}", 44, 24), Box(f"v{index}", 60, 48)]
        links += [
            Link(f"v{index - 1}", f"f{index}", 0, 2),
            Link("v0" if index % 3 == 0 else f"v{index - 1}", f"f{index}", 1, 2),
            Link(f"f{index}", f"v{index}"),
        ]
    return boxes, links
