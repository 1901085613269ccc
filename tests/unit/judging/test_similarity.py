"""Submissions that look alike are found whatever their names, and what the course gives counts for nothing."""

import random
import re
import time
import tokenize
from keyword import iskeyword
from pathlib import Path

import pytest

from grader.domain.alike import Alike
from grader.judging.similarity import _marks, alike, fingerprints, packed, unpacked

CORPUS = Path(__file__).parents[2] / "submissions"
SOURCE = (CORPUS / "right_single_file" / "submission" / "autodiff.py").read_text(encoding="utf-8")
OTHER = (CORPUS / "right_slots_and_heap" / "submission" / "autodiff.py").read_text(encoding="utf-8")
THIRD = (CORPUS / "right_keyed_gradients" / "submission" / "autodiff.py").read_text(
    encoding="utf-8"
)


def disguised(source):
    """Other names, other comments, other blank lines: the same code."""
    renamed = re.sub(r"\bfuncs\b|\bseen_set\b|\bgxs\b|\bgys\b", lambda m: f"my_{m[0]}", source)
    return "# written by myself\n\n" + renamed.replace("\n\n\n", "\n\n# next\n")


def test_renaming_and_comments_hide_nothing():
    assert fingerprints(disguised(SOURCE)) == fingerprints(SOURCE)


def test_a_copy_is_found_among_others():
    found = alike(
        {
            "ada": fingerprints(SOURCE),
            "bob": fingerprints(disguised(SOURCE)),
            "eve": fingerprints(OTHER),
            "kim": fingerprints(THIRD),
        }
    )
    assert [(pair.left, pair.right) for pair in found] == [("ada", "bob")]
    assert found[0].share == 1


def test_what_the_starter_holds_is_nobodys():
    marks = fingerprints(SOURCE)
    assert alike({"ada": marks, "bob": marks}, starter=marks) == ()


def test_what_many_share_comes_from_the_course():
    marks = fingerprints(SOURCE)
    assert alike({f"student {number}": marks for number in range(40)}) == ()


def test_half_typed_code_still_has_fingerprints():
    assert len(fingerprints(SOURCE + "\ndef half(:\n  '''")) >= 0.9 * len(fingerprints(SOURCE))
    assert fingerprints("x = (") == frozenset()


def test_the_order_of_the_class_changes_nothing():
    seed = random.randrange(1 << 30)
    print(f"seed {seed}")
    shuffle = random.Random(seed)
    students = {
        name: frozenset(shuffle.sample(range(60), 40)) for name in ("ada", "bob", "eve", "kim")
    }
    names = list(students)
    shuffle.shuffle(names)
    again = alike({name: students[name] for name in names})
    pairs = {(frozenset((p.left, p.right)), p.shared, p.of) for p in alike(students)}
    assert {(frozenset((p.left, p.right)), p.shared, p.of) for p in again} == pairs


def test_a_share_is_of_the_shorter_one():
    marks = frozenset(range(100))
    (pair,) = alike({"ada": marks, "bob": frozenset(range(20)), "eve": frozenset(range(200, 260))})
    assert pair == Alike("ada", "bob", 20, 20)


def test_fingerprints_can_be_kept_as_text():
    marks = fingerprints(SOURCE)
    assert unpacked(packed(marks)) == marks
    assert len(packed(marks)) < 6 * len(marks)


@pytest.mark.parametrize(
    ("source", "marks"),
    [
        ("x = 1_000.5e-3j + .5 - 0xFF", "name = number + number - number"),
        ("r'\\\\' if rb'''a'b''' else f\"{x}\"", "string if string else string"),
        ("a **= b // c -> (d := ...)  # e", "name **= name // name -> ( name := ... )"),
        ("'open to the end of the line\nx", "string name"),
        ("'''open to the end\nx", "string"),
        ("x \\\n  = '\\''", "name = string"),
        ("größe = µ", "name = name"),
    ],
)
def test_tokens_are_pythons_near_enough(source, marks):
    assert list(_marks(source)) == marks.split()


def test_tokens_of_the_corpus_are_pythons():
    """Python's own, where it has any: f-strings came in one piece until 3.12."""
    for file in sorted(CORPUS.rglob("*.py")):
        source = file.read_bytes().decode("utf-8-sig", "replace")
        if not re.search(r"(?i)\bf['\"]", source) and (own := pythons(source)):
            assert list(_marks(source)) == own, file


def pythons(source):
    names = {tokenize.NAME: "name", tokenize.NUMBER: "number", tokenize.STRING: "string"}
    lines = iter(source.splitlines(keepends=True))
    try:
        found = list(tokenize.generate_tokens(lambda: next(lines, "")))
    except (tokenize.TokenError, SyntaxError):
        return []
    return [
        one.string if iskeyword(one.string) else names.get(one.type, one.string)
        for one in found
        if one.type in names or one.type == tokenize.OP
    ]


@pytest.mark.parametrize("piece", ['"""\\', "'''\\'''", "\\", '"', "1_", "x", "'\\"])
def test_no_text_takes_longer_than_its_length(piece):
    """Of twice the text twice the time, not four times; generously, since machines are noisy."""

    def seconds(times):
        start = time.process_time()
        list(_marks(piece * times))
        return time.process_time() - start

    once = min(seconds(100_000) for _ in range(3))
    assert min(seconds(400_000) for _ in range(3)) < 10 * once + 0.05
