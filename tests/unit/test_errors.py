"""What an error suggests."""

from grader.errors import MAX_KNOWN, did_you_mean


def test_a_near_name_is_suggested():
    assert did_you_mean("diamnd", ["ladder", "diamond"]) == ". Did you mean 'diamond'?"


def test_where_none_is_near_the_known_names_are_told():
    assert did_you_mean("zzz", ["ladder", "diamond"]) == "; there are: ladder, diamond"
    assert did_you_mean("zzz", []) == ""


def test_many_names_are_counted_and_some_of_them_told():
    told = did_you_mean("zzz", (f"case-{number}" for number in range(200)))
    assert told.startswith("; there are 200, among them: case-0, case-1, ")
    assert told.endswith(f", case-{MAX_KNOWN - 1}")
