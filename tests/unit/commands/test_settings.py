"""Where settings come from, and whose are never read."""

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from grader.cli import main
from grader.commands import COMMANDS
from grader.commands.common import choose_assignment
from grader.commands.settings import load_command
from grader.shipped import assignments_folder

CODE = "class Variable:\n    def __init__(self, data):\n        self.data = data\n"


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def seed(desk, monkeypatch):
    """The seed and the file that a `grader run` with these arguments would use."""

    def seed(*arguments):
        command = load_command("run")
        seen = {}
        monkeypatch.setattr(command, "callback", lambda **options: seen.update(options))
        main(["run", *map(str, arguments)], standalone_mode=False)
        return seen["seed"]

    return seed


def test_an_option_goes_before_the_environment_before_the_file_before_the_default(
    desk, seed, monkeypatch
):
    assert seed("a.py") == 0
    write(desk / "pyproject.toml", "[tool.grader]\nseed = 1\n")
    assert seed("a.py") == 1
    monkeypatch.setenv("GRADER_SEED", "2")
    assert seed("a.py") == 2
    assert seed("a.py", "--seed", "3") == 3


def test_the_nearest_file_upward_counts(desk, seed, monkeypatch):
    write(desk / "grader.toml", "seed = 1\n")
    write(desk / "course" / "pyproject.toml", "[project]\nname = 'grader-course'\n")
    (desk / "course" / "week").mkdir()
    monkeypatch.chdir(desk / "course" / "week")
    assert seed("a.py") == 1
    write(desk / "course" / "pyproject.toml", "[tool.grader]\nseed = 4\n")
    assert seed("a.py") == 4


def test_the_search_begins_at_the_assignment(desk, seed):
    write(desk / "pyproject.toml", "[tool.grader]\nseed = 1\n")
    write(desk / "course" / "grader.toml", "seed = 5\n")
    write(desk / "course" / "hw1" / "assignment.yaml", "")
    assert seed("a.py", "-a", desk / "course" / "hw1") == 5
    assert seed("a.py", f"--assignment={desk / 'course' / 'hw1'}") == 5
    assert seed("a.py") == 1


def test_settings_inside_a_submission_are_never_read(desk, seed, monkeypatch):
    write(desk / "handed_in" / "pyproject.toml", "[tool.grader]\nseed = 666\n")
    write(desk / "handed_in" / "autodiff.py", CODE)
    monkeypatch.chdir(desk / "handed_in")
    assert seed(".") == 0
    assert seed("..") == 0
    assert seed("autodiff.py") == 666  # the student's own folder, but it was not handed in
    write(desk / "grader.toml", "seed = 1\n")
    assert seed(".") == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("accept-level = 1", "lowers no protection"),
        ("report = '../elsewhere.html'", "has nothing written outside of its folder"),
        ("results = '/tmp/elsewhere.json'", "has nothing written outside of its folder"),
        ("output-file = '../elsewhere.txt'", "has nothing written outside of its folder"),
    ],
)
def test_settings_that_may_have_come_with_a_file_do_no_harm(
    desk, grader, seed, monkeypatch, text, said
):
    folder = desk / "downloaded"
    write(folder / "autodiff.py", CODE)
    write(folder / "pyproject.toml", f"[tool.grader]\nseed = 7\n{text}\n")
    monkeypatch.chdir(folder)
    refused = grader("run", "autodiff.py")
    assert refused.exit_code == 2
    assert (
        f"pyproject.toml:3: {text.partition(' ')[0]}: a file beside what is handed in {said}"
        in (refused.output)
    )
    assert sorted(file.name for file in desk.iterdir()) == ["downloaded"]
    assert seed("autodiff.py", "--isolated") == 0
    assert seed("autodiff.py", "--config", "pyproject.toml") == 7
    write(folder / "pyproject.toml", "[tool.grader]\nseed = 7\nreport = 'out/report.html'\n")
    assert seed("autodiff.py") == 7


@pytest.mark.parametrize("below", ["", "deeper"])
def test_settings_above_a_folder_that_is_handed_in_from_within_do_no_harm(
    desk, grader, seed, monkeypatch, below
):
    inner = desk / "downloaded" / "inner"
    write(inner / "autodiff.py", CODE)
    (inner / below).mkdir(exist_ok=True)
    settings = desk / "downloaded" / "pyproject.toml"
    write(settings, "[tool.grader]\nseed = 7\naccept-level = 1\n")
    monkeypatch.chdir(inner / below)
    refused = grader("run", str(inner))
    assert (refused.exit_code, "lowers no protection" in refused.output) == (2, True)
    assert seed(str(inner), "--config", str(settings)) == 7
    write(settings, "[tool.grader]\nseed = 7\nreport = '../elsewhere.html'\n")
    assert "has nothing written outside" in grader("run", str(inner)).output
    write(settings, "[tool.grader]\nseed = 7\n")
    assert seed(str(inner)) == 7


def test_settings_of_a_teacher_above_what_is_handed_in_may_do_what_they_like(
    desk, seed, monkeypatch
):
    """They lie above the folder in which the teacher stands, or above the assignment."""
    inner = desk / "course" / "handed-in"
    write(inner / "autodiff.py", CODE)
    write(desk / "course" / "grader.toml", "seed = 7\naccept-level = 1\nreport = '../out.html'\n")
    monkeypatch.chdir(desk / "course")
    assert seed("handed-in") == 7
    (desk / "course" / "elsewhere").mkdir()
    monkeypatch.chdir(desk / "course" / "elsewhere")
    assert seed("../handed-in") == 7
    (inner / "one").mkdir()
    write(inner / "one" / "autodiff.py", CODE)
    monkeypatch.chdir(inner / "one")
    assert seed(".") == 7


def test_a_file_can_be_chosen_and_all_can_be_left_out(desk, seed, monkeypatch):
    write(desk / "grader.toml", "seed = 1\n")
    write(desk / "other.toml", "seed = 7\n")
    assert seed("a.py", "--config", "other.toml") == 7
    assert seed("a.py", "--isolated") == 0
    monkeypatch.setenv("GRADER_CONFIG", "other.toml")
    assert seed("a.py") == 7


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("seeds = 1\n", "1: unknown setting 'seeds'. Did you mean 'seed'"),
        ("seed = 1\noutput_format = 'json'\n", "2: unknown setting 'output_format'. Did you mean"),
        ("seed = 'many'\n", "1: seed: 'many' is not a valid integer"),
        ("output-format = 'jason'\n", "1: output-format: 'jason' is not one of 'full', 'concise'"),
        ("seed = inf\n", "1: seed: cannot convert float infinity to integer"),
        ('assignment = "a\\u0000"\n', "1: assignment: no setting holds a NUL"),
        ("seed = \n", "not valid TOML: Invalid value (at line 1, column 8)"),
    ],
)
def test_what_is_wrong_in_a_file_is_said_with_its_line(desk, grader, text, said):
    write(desk / "grader.toml", text)
    done = grader("run", "a.py")
    assert done.exit_code == 2
    assert f"{desk / 'grader.toml'}:" in done.output
    assert said in done.output


def test_a_chosen_file_must_be_there(desk, grader):
    done = grader("run", "a.py", "--config", "nowhere.toml")
    assert done.exit_code == 2
    assert "nowhere.toml cannot be read: No such file or directory" in done.output


def test_paths_are_relative_to_the_file(desk, grader):
    write(desk / "course" / "grader.toml", "assignment = 'hw1'\nreport = 'out/page.html'\n")
    (desk / "course" / "hw1").mkdir()
    (desk / "course" / "out").mkdir()
    from grader.commands.settings import read_settings

    command = load_command("run")
    context = command.make_context("run", ["a.py"], default_map=_defaults(desk, command))
    assert context.params["assignment"] == desk / "course" / "hw1"
    settings = read_settings(context, {"config": str(desk / "course" / "grader.toml")})
    assert settings.lines == {"assignment": 1, "report": 2}


def _defaults(desk, command):
    from grader.commands.settings import defaults

    config = str(desk / "course" / "grader.toml")
    return defaults(click.Context(main), command, ["a.py", "--config", config])


@pytest.mark.parametrize("name", COMMANDS)
def test_help_names_the_environment_and_the_settings(grader, name):
    done = grader(name, "--help")
    assert done.exit_code == 0
    assert "--isolated" in done.output
    assert "[env var: GRADER_CONFIG]" in " ".join(done.output.split())


def test_it_is_said_which_assignment_the_settings_name():
    chain, told = str(assignments_folder() / "chain"), []

    @click.command()
    @click.option("-a", "--assignment", type=click.Path(path_type=Path))
    def run(assignment):
        choose_assignment(assignment, Path("a.py"), None, None, notify=told.append)

    CliRunner().invoke(run, ["-a", chain], catch_exceptions=False)
    assert told == []
    CliRunner().invoke(run, [], default_map={"assignment": chain}, catch_exceptions=False)
    assert told == ["graded by chain, which the settings name; -a chooses another one"]
