"""`grader show`: a case as its author sees it, or the settings."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from pathlib import Path

import click

from grader.commands import COMMANDS
from grader.commands.common import find_assignment, language_option, reports_errors
from grader.commands.completing import assignment_names, case_names
from grader.commands.settings import Settings, key_of, load_command, read_settings, settable

SETTINGS = "config"


@click.command()
@click.argument("case", shell_complete=case_names)
@click.option(
    "-a",
    "--assignment",
    type=click.Path(path_type=Path),
    shell_complete=assignment_names,
    help="Folder or file of the assignment, or the name of a shipped one.  "
    "[default: the first of the course that has the case]",
)
@click.option("--svg", "form", flag_value="svg", help="Print the drawing alone, as SVG.")
@click.option("--dot", "form", flag_value="dot", help="Print the graph as Graphviz text.")
@click.option("--seed", default=0, show_default=True, help="Decides the sampled inputs.")
@click.option("--instructor", is_flag=True, help="Show hidden cases too.")
@language_option
@click.pass_context
@reports_errors
def show(
    context: click.Context,
    case: str,
    assignment: Path | None,
    form: str | None,
    seed: int,
    instructor: bool,
    language: str,
) -> None:
    """Print a CASE: graph, values, gradients, where they come from, the order of the backward pass.

    All of it is what the reference answers. CASE may be a pattern. `grader show config` prints each
    setting, its value, and where it comes from.

    \b
    grader show diamond
    grader show diamond --svg > diamond.svg
    """
    if case == SETTINGS:
        click.echo("\n".join(_settings(context)))
        return
    from grader.answers import Store
    from grader.report.language import chosen_language, speaking
    from grader.sandbox import Guest
    from grader.shipped import assignments_folder
    from grader.showing import answered, cases_named, course_places

    store = Store.default()
    with Guest(accept_level=0) as guest:  # only the reference is performed
        places = (
            (find_assignment(assignment),)
            if assignment
            else course_places(assignments_folder(), store)
        )
        found, cases = cases_named(case, places, store, seed=seed, hidden=instructor)
        reports = answered(found, cases, guest, store)
    with speaking(chosen_language(language, found.language)):
        click.echo("\n\n".join(_shown(one, form) for one in reports))


def _shown(report: object, form: str | None) -> str:
    from grader.report.case_text import answer_lines
    from grader.report.dot import dot
    from grader.report.model import CaseReport
    from grader.report.picture import picture
    from grader.report.terminal import written

    assert isinstance(report, CaseReport)
    match form:
        case "svg":
            return picture(report)
        case "dot":
            return dot(report)
        case _:
            return written(list(answer_lines(report)), color=False)


def _settings(context: click.Context) -> Iterator[str]:
    """Every setting once, with its value for the first command that has it, and where that is from."""
    assert context.parent is not None
    settings = read_settings(context.parent, {})
    yield f"file: {settings.file or 'none'}"
    seen: set[str] = set()
    for name in COMMANDS:
        command = load_command(name)
        values = click.Context(command, info_name=name, parent=context.parent)
        for option in settable(command):
            key = key_of(option)
            if key not in seen:
                seen.add(key)
                yield _setting(values, option, key, settings)


def _setting(context: click.Context, option: click.Option, key: str, settings: Settings) -> str:
    written = option.resolve_envvar_value(context)
    if written is not None:
        return f"{key} = {written}   (environment: {option.envvar})"
    if key in settings.values:
        return f"{key} = {settings.values[key]}   ({settings.place(key)})"
    default = option.get_default(context)
    # click has a word of its own for an option without a default
    shown = "" if default is None or isinstance(default, Enum) else f" {default}"
    return f"{key} ={shown}   (default)"
