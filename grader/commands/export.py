"""`grader export`: results into the system that a course uses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.commands.common import print_text, reports_errors, write
from grader.errors import UsageError

if TYPE_CHECKING:
    from grader.export.model import Results

FORMATS = (
    "csv", "canvas", "moodle", "nbgrader", "junit", "gradescope", "check50", "github-classroom",
)  # fmt: skip


@click.command()
@click.argument("source", type=click.Path(path_type=Path))
@click.option("--to", "form", type=click.Choice(FORMATS), required=True, help="Which format.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="File to write; a folder for formats with a file for each submission.",
)
@click.option(
    "--into",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The gradebook (canvas) or worksheet (moodle) that you downloaded: filled in place.",
)
@click.option("--column", default="", help="Title of the column to fill, where it is not clear.")
@reports_errors
def export(source: Path, form: str, output: Path | None, into: Path | None, column: str) -> None:
    """Turn results into another format.

    SOURCE is the folder of `grader class`, or one results.json. csv, canvas and nbgrader are for you. Students
    read the others, moodle's feedback, junit, gradescope, check50 and github-classroom: of hidden cases these tell
    no more than a student's report, even where SOURCE tells you all.

    \b
    grader export graded/ --to csv -o grades.csv
    grader export graded/ --to canvas --into downloaded.csv
    grader export results.json --to gradescope -o /autograder/results/results.json
    """
    from grader.export.formats import CLASS_FORMATS, FILLED_FORMATS, RESULT_FORMATS

    results = _results(source)
    if into is not None or form not in (*CLASS_FORMATS, *RESULT_FORMATS):
        if form not in FILLED_FORMATS:
            raise UsageError(f"--into is for {' and '.join(FILLED_FORMATS)}, not for {form}")
        if into is None:
            raise UsageError(f"{form} needs the file that you downloaded from it: --into FILE")
        _fill(results, form, into, output, column)
    elif form in CLASS_FORMATS:
        print_text(CLASS_FORMATS[form](results).removesuffix("\n"), output)
    elif source.is_dir():
        if output is None:
            raise UsageError(f"{form} is a file for each submission: --output FOLDER")
        render, suffix = RESULT_FORMATS[form]
        for document in results.documents():
            from grader.classroom.folder import file_name

            write(output / (file_name(document["submission"]["id"]) + suffix), render(document))
    else:
        render, _ = RESULT_FORMATS[form]
        print_text("".join(map(render, results.documents())).removesuffix("\n"), output)


def _results(source: Path) -> Results:
    from grader.classroom.folder import CLASS_FILE, ClassFolder
    from grader.classroom.summary import results
    from grader.export.model import one_result
    from grader.export.shape import misfit

    if source.is_dir():
        if not (source / CLASS_FILE).is_file():
            raise UsageError(f"{source} is no folder of `grader class`: it holds no {CLASS_FILE}")
        return results(ClassFolder(source))
    try:
        document = json.loads(source.read_bytes())
    except OSError as error:
        raise UsageError(f"{source} cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{source} is no results.json: {error}") from None
    if not isinstance(document, dict) or document.get("schema_version") != 1:
        raise UsageError(f"{source} is no results.json of this grader")
    if why := misfit(document):
        raise UsageError(f"{source} is no results.json of this grader: {why}")
    return one_result(document)


def _fill(results: Results, form: str, into: Path, output: Path | None, column: str) -> None:
    from grader.drafts import put_in_place
    from grader.export.formats import FILLED_FORMATS
    from grader.export.model import Sheet

    try:
        data = into.read_bytes()
    except OSError as error:
        raise UsageError(f"{into} cannot be read: {error.strerror}") from None
    filled = FILLED_FORMATS[form](Sheet(into.name, data), results, column)
    put_in_place(output or into, filled.data)
    for note in filled.notes:
        click.echo(f"note: {note}", err=True)
    click.echo(f"filled: {output or into}", err=True)
