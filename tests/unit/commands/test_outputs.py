"""Where what a command says cannot go: closed streams, full disks, folders of others."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
RIGHT = ROOT / "tests" / "submissions" / "right_loop" / "submission"
WRONG = ROOT / "tests" / "submissions" / "overwrite_book" / "submission"
WINDOWS = Path(__file__).with_name("windows.py")
AS_FULL = Path("/dev/full")
HIDING = """
title: Hiding
cases:
  - case: secret
    title: Known to nobody
    concept: accumulate
    hidden: true
    inputs: {x: 31337.5}
    graph: y = add(square(x), square(x))
"""


def shell(command: str, folder: Path) -> tuple[int, str]:
    """Exit code and standard error of a command, in which `grader` is ours."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHON": sys.executable}
    script = f'grader() {{ "$PYTHON" -m grader "$@"; }}; {command}'
    done = subprocess.run(
        ["bash", "-c", script], cwd=folder, env=environment, capture_output=True, text=True
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize("closed", [">&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_closed_streams_change_no_verdict(closed, tmp_path):
    code, said = shell(f"grader run {RIGHT} -a order {closed}", tmp_path)
    assert (code, said) == (0, "")
    assert (tmp_path / "report.html").exists()


@pytest.mark.skipif(not AS_FULL.exists(), reason="no device that is always full")
@pytest.mark.parametrize("command", ["--help", "schema", f"run {RIGHT} -a order --json"])
def test_a_full_disk_behind_standard_output_is_told_as_that(command, tmp_path):
    code, said = shell(f"grader {command} > /dev/full", tmp_path)
    assert said == "error: what was found cannot be written: No space left on device\n"
    assert code == 2


def test_results_that_cannot_be_written_leave_the_old_ones_as_they_are(tmp_path):
    (tmp_path / "results.json").write_text("old")
    code, said = shell(f"ulimit -f 40; grader run {WRONG} -a backprop -q", tmp_path)
    assert said == "error: results.json cannot be written: File too large\n"
    assert code == 2
    assert (tmp_path / "results.json").read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["results.json"]


def test_a_place_that_is_no_folder_is_told_and_is_no_verdict(tmp_path):
    (tmp_path / "file").write_text("")
    code, said = shell(f"grader run {RIGHT} -a order --results file/results.json", tmp_path)
    assert said == "error: file/results.json cannot be written: File exists\n"
    assert code == 2


def test_results_keep_their_access_rights_and_may_be_a_device(tmp_path):
    (tmp_path / "results.json").write_text("old")
    (tmp_path / "results.json").chmod(0o640)
    code, said = shell(f"grader run {RIGHT} -a order --report /dev/null", tmp_path)
    assert (code, said) == (0, "")
    assert (tmp_path / "results.json").stat().st_mode & 0o777 == 0o640
    assert Path("/dev/null").is_char_device()


def test_answers_that_cannot_be_kept_change_no_verdict(tmp_path):
    """What is learned is too large for the cache, and so are compiled templates."""
    run = f"ulimit -f 40; GRADER_CACHE=cache grader run {RIGHT} -a backprop -qq"
    code, said = shell(f"{run} --results /dev/null --report /dev/null", tmp_path)
    assert (code, said) == (0, "")
    kept = [file.name for file in (tmp_path / "cache").iterdir()]
    assert kept
    assert not [name for name in kept if name.endswith(".part")]


@pytest.mark.parametrize("allowed", [63, 50, 14, 10])
@pytest.mark.parametrize("command", ["run", "show diamond-accumulates -a backprop", "class"])
def test_too_few_open_files_are_told_with_what_to_do(allowed, command, tmp_path):
    words = command if command.startswith("show") else f"{command} {RIGHT}"
    code, said = shell(f"ulimit -n {allowed}; grader {words}", tmp_path)
    assert f"a guest needs 64 open files, and only {allowed} are allowed here: raise the" in said
    assert "Traceback" not in said
    assert code == 3


def test_a_limit_of_open_files_that_may_be_raised_is_raised(tmp_path):
    code, said = shell(f"ulimit -S -n 30; grader run {RIGHT} -qq", tmp_path)
    assert (code, said) == (0, "")


@pytest.mark.parametrize(
    "command", [f"run {RIGHT}", "show diamond -a backprop", f"class {RIGHT}", "doctor"]
)
def test_where_no_process_can_be_copied_it_is_said_what_to_use(command, tmp_path):
    code, said = shell(f'"$PYTHON" {WINDOWS} {command}', tmp_path)
    assert said.startswith(
        "error: submissions are performed on Linux and on macOS: on Windows, use"
    )
    assert (code, said.count("\n")) == (3, 1)


@pytest.mark.parametrize("command", ["--help", "version", "explain AD401", "schema", "run --help"])
def test_what_performs_nothing_works_there_too(command, tmp_path):
    code, said = shell(f'"$PYTHON" {WINDOWS} {command}', tmp_path)
    assert (code, said) == (0, "")


@pytest.mark.parametrize("form", ["junit", "gradescope", "check50", "github-classroom"])
def test_what_an_instructor_sees_is_not_handed_on_to_students(form, tmp_path):
    (tmp_path / "assignment.yaml").write_text(HIDING)
    run = f"grader run {WRONG} -a assignment.yaml --instructor -qq --exit-zero"
    code, said = shell(f"{run} && grader export results.json --to {form} -o out.json", tmp_path)
    assert (code, said) == (0, "")
    assert "125350.0" in (tmp_path / "results.json").read_text()
    exported = (tmp_path / "out.json").read_text()
    assert "hidden-1" in exported or form == "github-classroom"
    for secret in ("31337", "62675", "125350", "Known to nobody"):
        assert secret not in exported


def test_a_user_without_a_home_is_graded_like_others(tmp_path):
    """As in a container that runs under a number: nobody knows where such a user is at home."""
    words = ["run", str(RIGHT), "-a", "order", "-qq"]
    script = f"import pwd, sys; pwd.getpwuid = {{}}.__getitem__; sys.argv[1:] = {words}"
    script += "; from grader.cli import main; main()"
    without = "env -u HOME -u XDG_CACHE_HOME -u GRADER_CACHE"
    code, said = shell(f'{without} "$PYTHON" -c "{script}"', tmp_path)
    assert (code, said) == (0, "")


def test_a_folder_that_is_gone_is_told_as_that(tmp_path):
    code, said = shell(f"mkdir gone; cd gone; rmdir ../gone; grader run {RIGHT}", tmp_path)
    told = "error: the folder that you are in is not there any more: change to one\n"
    assert (code, said) == (2, told)


def test_a_machine_without_a_folder_for_temporary_files_is_told_as_that(tmp_path):
    nowhere = "import tempfile; tempfile._candidate_tempdir_list = lambda: ['/nowhere']"
    script = f"{nowhere}; import sys; sys.argv = ['grader', 'run', {str(RIGHT)!r}]"
    script += "; from grader.__main__ import main; main()"
    code, said = shell(f'"$PYTHON" -c "{script}"', tmp_path)
    assert said.startswith("error: nothing can be laid out for submissions: ")
    assert "No usable temporary directory" in said
    assert (code, said.count("\n")) == (3, 1)
