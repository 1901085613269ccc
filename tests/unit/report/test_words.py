"""Every sentence is said by something, and every message is read here."""

import re
import string
from dataclasses import replace
from pathlib import Path

import pytest

from grader.domain.array import Array
from grader.domain.assignment import Tolerance
from grader.domain.program import Aspect, Quantity
from grader.domain.transcript import (
    BadAnswer,
    Count,
    Crashed,
    Faulted,
    Flag,
    GivenUp,
    Missing,
    NoResult,
    NotANumber,
    NotAttempted,
    NotOffered,
    NotRaised,
    OutOfMemory,
    TimedOut,
    Transcript,
)
from grader.domain.verdict import Finding, FindingKind, Outcome, Status, Verdict
from grader.report import words
from grader.report.english import SENTENCES
from grader.report.model import WITHHELD, CaseReport
from grader.report.projection import for_student
from tests.unit.report import samples
from tests.unit.report.samples import CHAIN, CHAIN_ANSWER, EVERY_STATEMENT, gradient, value

PACKAGE = Path(words.__file__).parent
K = FindingKind


def one(number):
    return Array.of(number)


@pytest.mark.parametrize(
    ("quantity", "kind", "observed", "expected", "sentence"),
    [
        (gradient("x"), K.VALUE, one(32.0), one(64.0),
         "Gradient of x: yours 32, expected 64 (half of it)."),
        (gradient("x"), K.VALUE, one(3.0), one(9.0),
         "Gradient of x: yours 3, expected 9 (a third of it)."),
        (gradient("x"), K.VALUE, one(2.0), one(8.0),
         "Gradient of x: yours 2, expected 8 (1/4 of it)."),
        (gradient("x"), K.VALUE, one(8.0), one(4.0),
         "Gradient of x: yours 8, expected 4 (twice as much)."),
        (gradient("x"), K.VALUE, one(12.0), one(4.0),
         "Gradient of x: yours 12, expected 4 (3 times as much)."),
        (gradient("x"), K.VALUE, one(-4.0), one(4.0),
         "Gradient of x: yours -4, expected 4 (the opposite sign)."),
        (value("y"), K.VALUE, one(5.0), one(7.0), "Value of y: yours 5, expected 7."),
        (value("y"), K.VALUE, one(1.0), one(1.0000001), "Value of y: yours 1, expected 1.0000001."),
        (gradient("x"), K.VALUE, one([1.0, 2.0, 4.0]), one([1.0, 2.0, 8.0]),
         "Gradient of x differs in 1 of 3 elements (half of it): at [2] yours 4, expected 8."),
        (gradient("x"), K.VALUE, one([1.0, 2.0]), one([7.0, 9.0]),
         "Gradient of x differs in 2 of 2 elements: at [0] yours 1, expected 7."),
        (gradient("x"), K.SHAPE, one([1.0, 2.0]), one(3.0),
         "Gradient of x has another shape: yours (2,), expected () (one number)."),
        (gradient("x"), K.DTYPE, Array.of(3.0, "int64"), one(3.0),
         "Gradient of x holds integers (int64) where floats are expected."),
        (gradient("x"), K.MISSING, Missing(), one(3.0),
         "Gradient of x is None, expected 3: nothing arrived there."),
        (value("y"), K.MISSING, Missing(), one(3.0), "Value of y is None, expected 3."),
        (gradient("x"), K.UNEXPECTED, one(3.0), Missing(), "Gradient of x is 3, expected None."),
        (gradient("x"), K.NOT_FINITE, one(float("nan")), one(3.0),
         "Gradient of x is nan: not finite. Expected 3."),
        (gradient("x"), K.NOT_A_NUMBER, NotANumber("list", "[3]"), one(3.0),
         "Gradient of x is of type list, expected 3."),
        (Quantity(Aspect.GENERATION, "y"), K.NOT_OFFERED, NotOffered("y.generation"), Count(1),
         "Your code offers no y.generation."),
        (Quantity(Aspect.GENERATION, "y"), K.STATE, Count(3), Count(1),
         "Generation of y: yours 3, expected 1."),
        (Quantity(Aspect.NO_CREATOR, "x"), K.STATE, Flag(False), Flag(True),
         "x.creator is None: yours no, expected yes."),
        (Quantity(Aspect.NO_GRADIENT, "x"), K.STATE, Flag(False), Flag(True),
         "x.grad is None: yours no, expected yes."),
        (Quantity(Aspect.RELEASED, "y"), K.STATE, Flag(False), Flag(True),
         "Memory of y released: yours no, expected yes."),
        (gradient("x"), K.VALUE, one(32.0), WITHHELD,
         "Gradient of x: yours 32 is not what is expected."),
        (gradient("x"), K.SHAPE, one([3.0]), WITHHELD, "Gradient of x has another shape: yours (1,)."),
        (gradient("x"), K.MISSING, Missing(), WITHHELD,
         "Gradient of x is None: nothing arrived there."),
        (value("y"), K.MISSING, Missing(), WITHHELD, "Value of y is None."),
        (gradient("x"), K.UNEXPECTED, one(3.0), WITHHELD,
         "Gradient of x is 3, where none is expected."),
        (gradient("x"), K.NOT_FINITE, one(float("inf")), WITHHELD,
         "Gradient of x is inf: not finite."),
        (gradient("x"), K.NOT_A_NUMBER, NotANumber("list"), WITHHELD,
         "Gradient of x is of type list, where numbers are expected."),
        (Quantity(Aspect.GENERATION, "y"), K.STATE, Count(3), WITHHELD,
         "Generation of y: yours 3 is not what is expected."),
    ],
)  # fmt: skip
def test_a_finding_says_what_yours_and_expected(quantity, kind, observed, expected, sentence):
    found = Finding(quantity, kind, observed, expected, Tolerance(1e-9, 0.0))
    assert words.finding(found) == sentence


def told(outcome, ending=None, case=CHAIN, **verdict):
    observed = Transcript(ending) if ending else CHAIN_ANSWER
    return words.message(
        CaseReport(case, Verdict(case.id, outcome, 0.0, 1.0, **verdict), observed, CHAIN_ANSWER)
    )


@pytest.mark.parametrize(
    ("outcome", "ending", "sentence"),
    [
        (Outcome.PASSED, None, "Right."),
        (Outcome.CRASHED, Crashed("TypeError", "no add", 1),
         "TypeError while y = square(a) was running: no add"),
        (Outcome.CRASHED, Crashed("AssertionError", "", 2),
         "AssertionError while y.backward() was running."),
        (Outcome.CRASHED, Crashed("TypeError", "no", -1),
         "TypeError while the inputs were made: no"),
        (Outcome.CRASHED, Crashed("KeyError", "'x'", 3),
         "KeyError while the answers were read: 'x'"),
        (Outcome.TIMED_OUT, TimedOut(2.0),
         "No end within 2 seconds. A walk that visits a function once per path, or a list that "
         "never runs empty, does that."),
        (Outcome.TIMED_OUT, GivenUp(3),
         "Not tried: cases before it did not end, and used up the time that there is."),
        (Outcome.OUT_OF_MEMORY, OutOfMemory(0),
         "Your code asked for more memory than a submission may use."),
        (Outcome.OUT_OF_MEMORY, OutOfMemory(512 * 1024**2),
         "Your code asked for more than the 512 MB that it may use."),
        (Outcome.NO_RESULT, NoResult("signal SIGSEGV"),
         "The process ended before it answered (signal SIGSEGV)."),
        (Outcome.NO_RESULT, BadAnswer("not a frame"),
         "What came back is not an answer (not a frame)."),
        (Outcome.NOT_ATTEMPTED, NotAttempted("exp"), "Your code does not define exp yet."),
        (Outcome.NOT_ATTEMPTED, NotAttempted(""),
         "Not performed, since your submission could not be loaded."),
        (Outcome.GRADER_FAULT, Faulted("a pipe broke"),
         "The grader failed here. This costs you nothing (a pipe broke)."),
    ],
)  # fmt: skip
def test_a_case_says_what_happened(outcome, ending, sentence):
    assert told(outcome, ending) == sentence


def test_the_rest_of_what_a_case_can_say():
    assert told(Outcome.PASSED, convention="it adds") == "Right, by another convention: it adds."
    assert told(Outcome.SKIPPED, waits_for=("a", "b")) == "Not checked until a, b passes."
    refused = told(Outcome.FAILED, NotRaised("TypeError", 9), EVERY_STATEMENT)
    assert refused == "u = Variable('three') must be refused with TypeError. Your code accepted it."
    bare = replace(CHAIN, graph="")
    assert told(Outcome.FAILED, None, bare) == "This case tells its verdict only."
    secret = replace(bare, hidden=True)
    assert told(Outcome.FAILED, None, secret) == "This case is hidden: it tells its verdict only."


def test_the_first_wrong_variable_speaks_and_the_others_are_counted():
    wrong = [
        Finding(gradient(name), K.VALUE, one(1.0), one(5.5), Tolerance())
        for name in ("a", "b", "c")
    ]
    text = told(Outcome.FAILED, None, findings=tuple(wrong), first_divergent=("b",))
    assert text == "Gradient of b: yours 1, expected 5.5. 2 more quantities differ."


@pytest.mark.parametrize(
    ("sample", "sentence"),
    [
        ("right", "Everything is right: all 3 cases passed."),
        ("convention", "Right: the one case passed."),
        ("overwritten", "1 of 3 cases is not right yet. Begin with “Both branches meet again”."),
        ("ungradable", "Your submission could not be loaded, so nothing was graded yet."),
        ("no_sum", "1 of 1 cases is not right yet. Begin with “A vector and a number”."),
    ],
)
def test_the_verdict_is_one_sentence_and_where_to_begin(sample, sentence):
    assert words.verdict(samples.SAMPLES[sample]()) == sentence


def test_verdicts_of_unfinished_work():
    def verdict(*outcomes):
        report = samples.right()
        cases = tuple(
            replace(case, verdict=replace(case.verdict, outcome=outcome))
            for case, outcome in zip(report.cases, outcomes, strict=True)
        )
        return words.verdict(replace(report, cases=cases))

    P, N, S = Outcome.PASSED, Outcome.NOT_ATTEMPTED, Outcome.SKIPPED
    assert verdict(P, P, N) == "What you have written is right: 2 cases passed."
    assert verdict(P, N, N) == "What you have written is right: 1 case passed."
    assert verdict(P, S, N) == "1 case waits for another one."
    assert verdict(S, S, N) == "2 cases wait for others."
    assert verdict(N, N, N) == "Nothing that this assignment asks for is there yet."
    fault = replace(samples.right(), status=Status.GRADER_FAULT)
    assert words.verdict(fault).startswith("The grader failed while it graded this.")


def test_a_hidden_case_is_numbered_and_never_where_to_begin():
    report = for_student(samples.hidden())
    assert words.title(report.cases[1]) == "Hidden case 1"
    assert words.begin(report) == ""


def test_places_are_named_as_their_owner_finds_them():
    assert words.place("a.py", 3) == "a.py, line 3"
    assert words.place("a.ipynb", 3, "In [7]") == "a.ipynb, In [7], line 3"
    assert words.place("a.py", 0) == "a.py"


def test_every_sentence_is_used_and_every_used_one_is_there():
    """Keys are written out where they are said; those with a variable part, by their start."""
    source = "\n".join(
        path.read_text(encoding="utf-8")
        for folder in (PACKAGE, PACKAGE.parent / "domain")  # which names sentences by their keys
        for path in (*sorted(folder.rglob("*")), PACKAGE.parent / "explaining.py")
        if path.suffix in (".py", ".html") and path.name != "english.py"
    )
    said = set(re.findall(r"""["']([a-z]+(?:[._][a-z_ .]+)*)["']""", source))
    starts = tuple(re.findall(r'f"([a-z]+[a-z_. ]*\.)\{', source))
    for key in SENTENCES:
        stem = re.sub(r"\.(one|many|ratio|withheld)$", "", key)
        assert stem in said or key in said or stem.startswith(starts), f"nobody says {key!r}"


@pytest.mark.parametrize("key", SENTENCES)
def test_placeholders_are_plain_names(key):
    for _, name, form, conversion in string.Formatter().parse(SENTENCES[key]):
        assert name is None or name.isidentifier()
        assert not form
        assert not conversion


def test_sentences_blame_nobody():
    for sentence in SENTENCES.values():
        assert not re.search(r"\b(you failed|your fault|stupid|obviously|simply|just)\b", sentence)
        assert "!" not in sentence
