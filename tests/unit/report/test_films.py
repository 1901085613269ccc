"""The backward pass step by step, beside one that works."""

from grader.domain.film import Film
from grader.domain.transcript import Missing
from grader.records import replace
from grader.report import html
from grader.report.page_film import MAX_STEPS, film_part, parting, places
from grader.report.projection import for_student
from tests.unit.report.samples import FILM, RIGHT_FILM, at, filmed, reveals, step


def part(**changes):
    report = filmed()
    return film_part(report.submission, replace(report.cases[1], **changes))


def test_steps_stand_side_by_side_and_the_first_difference_is_marked():
    found = part()
    assert len(found.pairs) == 6
    assert [pair.number for pair in found.pairs if pair.parts] == [4]
    assert found.pairs[4].right.writes[0].text == "x.grad None → 64"
    assert found.pairs[5].right is None


def test_a_step_names_its_statement_what_it_is_handed_and_each_write_with_its_line():
    fifth = part().pairs[4].yours
    assert (fifth.function, fifth.remark) == ("b = square(a)", "is handed 1")
    (write,) = fifth.writes
    assert (write.text, write.place.text, write.place.anchor) == (
        "a.grad 8 → 8",
        "autodiff.py:20",
        "L20",
    )
    assert fifth.marks == "f-b v-a"
    first = part().pairs[0]
    assert (first.yours.function, first.yours.remark) == (
        "",
        "the start: the gradient of the output itself",
    )


def test_lines_of_the_reference_are_not_named():
    assert all(
        write.place is None for pair in part().pairs if pair.right for write in pair.right.writes
    )


def test_what_could_not_be_recorded_is_said():
    found = part(film=replace(FILM, agrees=False, unseen=("film.unseen.cut",)))
    assert found.remarks[0].startswith("While this was recorded your code gave other numbers")
    assert found.remarks[1] == "There were more steps than are recorded."


def test_a_change_inside_the_array_is_told():
    film = Film((step("square", "c", 1.0, ("a.", 8.0, 16.0)),), agrees=True)
    (write,) = part(film=film).pairs[0].yours.writes
    assert write.note == "inside the array itself"


def test_long_films_are_cut_and_say_so():
    film = Film((step("square", "c", 1.0),) * (MAX_STEPS + 3), agrees=True)
    found = part(film=film)
    assert len(found.pairs) == MAX_STEPS
    assert found.more == "and 3 more steps"


def test_without_a_film_there_are_no_steps():
    assert part(film=None) is None
    assert part(film=Film((), agrees=True)) is None


def test_without_a_right_film_nothing_is_called_different():
    found = part(right_film=None)
    assert not found.has_right
    assert not any(pair.parts for pair in found.pairs)


def test_the_line_at_which_the_two_part_is_quoted_where_the_numbers_agree():
    report = filmed().cases[1]
    assert parting(report) == at(20)
    assert parting(replace(report, film=replace(FILM, agrees=False))) is None
    assert parting(replace(report, film=RIGHT_FILM)) is None


def test_every_line_that_a_film_names_stands_on_the_page_once():
    page = html.render(filmed())
    named = {place.line for place in places(FILM)}
    assert named == {12, 20, 29, 37}
    for line in named:
        assert page.count(f'id="L{line}"') == 1


def test_a_case_that_hides_its_answers_shows_no_right_film():
    report = reveals()
    cases = tuple(replace(one, film=FILM, right_film=RIGHT_FILM) for one in report.cases)
    shown = for_student(replace(report, cases=cases)).cases
    assert [(one.case.reveal.value, bool(one.film), bool(one.right_film)) for one in shown] == [
        ("verdict", False, False),
        ("actual", True, False),
        ("full", True, True),
    ]


def test_what_the_right_pass_puts_away_at_the_end_is_no_step():
    away = step("", "", 1.0, ("x", None, 64.0), ("y", 1.0, 1.0))
    dropped = replace(away.writes[1], after=Missing())
    right = replace(
        RIGHT_FILM, steps=(*RIGHT_FILM.steps, replace(away, writes=(away.writes[0], dropped)))
    )
    assert part(right_film=right) == part()


def test_what_the_right_pass_keeps_in_two_places_is_told_once():
    twice = replace(RIGHT_FILM.steps[0], writes=RIGHT_FILM.steps[0].writes * 2)
    assert part(right_film=replace(RIGHT_FILM, steps=(twice, *RIGHT_FILM.steps[1:]))) == part()
