"""Settings of a course or a machine: `[tool.grader]` in a pyproject.toml, or a grader.toml.

A file gives defaults to the options of every command: what is written on the command line or in the
environment (`GRADER_SEED` for `--seed`) goes before it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import click

from grader.commands import COMMANDS
from grader.errors import UsageError, did_you_mean
from grader.records import dataclass, field

NAMES: Final = ("grader.toml", "pyproject.toml")
# What a command calls the thing that was handed in. No file inside it is ever read as settings.
HANDED_IN: Final = ("submission", "submissions", "folder")
# What it calls the assignments: the search begins there.
ASSIGNMENTS: Final = ("assignment", "paths")
# Options that name a file or a folder to write.
WRITTEN: Final = ("report", "results", "output-file", "output", "out", "html")
SHARED: Final = ("config", "isolated", "help")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a file says, by the name of the option. Paths are relative to the file."""

    file: Path | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)

    def place(self, key: str) -> str:
        """Where a setting is written, for people."""
        line = self.lines.get(key)
        return f"{self.file}:{line}" if line else str(self.file)


def load_command(name: str) -> click.Command:
    """The command of that name, with the options and environment variables that every command has."""
    module = import_module(f"grader.commands.{COMMANDS[name]}")
    command: click.Command = getattr(module, COMMANDS[name])
    if all(parameter.name != "isolated" for parameter in command.params):
        command.params += _shared_options()
        # One name for one thing: GRADER_SEED, not GRADER_RUN_SEED and GRADER_CHECK_SEED.
        for option in _by_name(command).values():
            option.envvar = option.envvar or variable_of(option)
            option.show_envvar = True
    return command


def defaults(
    parent: click.Context, command: click.Command, arguments: Sequence[str]
) -> dict[str, Any]:
    """What the settings give to a command that is about to be called with these arguments.

    Raises UsageError where a file is not right, whatever command it is about.
    """
    given = _peek(parent, command, arguments)
    settings = read_settings(parent, given)
    found = {
        name: _converted(parent, command, option, settings)
        for name, option in _by_name(command).items()
        if key_of(option) in settings.values
    }
    if _is_beside(settings, given):
        for name, value in found.items():
            _check_harmless(_by_name(command)[name], value, settings)
    return found


def _is_beside(settings: Settings, given: Mapping[str, Any]) -> bool:
    """Whether the file was found in the folder of what is handed in: it may have come with that.

    Beside a folder that is handed in lies what is the teacher's, unless the search began in that folder.
    """
    if settings.file is None or given.get("config") or os.environ.get("GRADER_CONFIG"):
        return False
    folder = settings.file.resolve().parent
    handed_in = (Path(path).resolve() for path in _listed(given, HANDED_IN))
    start = _beginning(given).resolve()
    return any(
        path.parent == folder and (not path.is_dir() or start.is_relative_to(path))
        for path in handed_in
    )


def _check_harmless(option: click.Option, value: Any, settings: Settings) -> None:
    """Refuse what would lower the protection, or write elsewhere. Raises UsageError."""
    key = key_of(option)
    assert settings.file is not None
    folder = settings.file.resolve().parent
    if key == "accept-level" and value < option.default:
        raise UsageError(
            f"{settings.place(key)}: {key}: a file beside what is handed in lowers no protection; if you trust "
            f"both, give --{key} {value} yourself; --isolated reads no settings"
        )
    if key in WRITTEN and not Path(value).resolve().is_relative_to(folder):
        raise UsageError(
            f"{settings.place(key)}: {key}: a file beside what is handed in has nothing written outside of its "
            f"folder; give --{key} yourself; --isolated reads no settings"
        )


def read_settings(context: click.Context, given: Mapping[str, Any]) -> Settings:
    """The settings that hold where these options and arguments are given."""
    if given.get("isolated"):
        return Settings()
    chosen = given.get("config") or os.environ.get("GRADER_CONFIG")
    if chosen:
        file = Path(chosen)
        table = _table(file)
        if table is None:
            raise UsageError(f"{file} holds no [tool.grader]")
    else:
        handed_in = [Path(path) for path in _listed(given, HANDED_IN)]
        found = _nearest(_beginning(given), handed_in)
        if found is None:
            return Settings()
        file, table = found
    settings = Settings(file, table, _lines(file, table))
    known = {key_of(option): option for name in COMMANDS for option in _options(load_command(name))}
    for key in table:
        if key not in known:
            raise UsageError(
                f"{settings.place(key)}: unknown setting {key!r}{did_you_mean(key, sorted(known))}"
            )
    return settings


def key_of(option: click.Option) -> str:
    """How a file names an option: `output-format` for `--output-format`."""
    return next(name for name in option.opts if name.startswith("--")).removeprefix("--")


def variable_of(option: click.Option) -> str:
    """The environment variable that sets an option: `GRADER_OUTPUT_FORMAT`."""
    return f"GRADER_{key_of(option).replace('-', '_').upper()}"


def settable(command: click.Command) -> tuple[click.Option, ...]:
    """The options that a file may set, each once."""
    return tuple(_by_name(command).values())


def _options(command: click.Command) -> Iterator[click.Option]:
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.name not in SHARED:
            yield parameter


def _by_name(command: click.Command) -> dict[str, click.Option]:
    """The options by name; of two that mean the same (`--output-format`, `--json`) the first."""
    named: dict[str, click.Option] = {}
    for option in _options(command):
        named.setdefault(option.name or "", option)
    return named


def _shared_options() -> list[click.Parameter]:
    return [
        click.Option(
            ["--config"],
            type=click.Path(path_type=Path),
            expose_value=False,
            envvar="GRADER_CONFIG",
            show_envvar=True,
            help="Take settings from this file instead of the nearest pyproject.toml or grader.toml.",
        ),
        click.Option(
            ["--isolated"], is_flag=True, expose_value=False, help="Read no file of settings."
        ),
    ]


def _peek(
    parent: click.Context, command: click.Command, arguments: Sequence[str]
) -> Mapping[str, Any]:
    """What the arguments say, as far as they can be read. Nothing is complained about yet."""
    context = click.Context(command, info_name=command.name, parent=parent, resilient_parsing=True)
    with context.scope(cleanup=False):
        given, _, _ = command.make_parser(context).parse_args(list(arguments))
    return given


def _listed(given: Mapping[str, Any], names: Sequence[str]) -> Iterator[str]:
    """The texts given under any of the names, one by one."""
    for name in names:
        found = given.get(name)
        if isinstance(found, str):
            yield found
        elif isinstance(found, list | tuple):
            yield from (one for one in found if isinstance(one, str))


def _beginning(given: Mapping[str, Any]) -> Path:
    """Where the search begins: the assignment, if one is given by its place, or the working folder."""
    named = [*_listed(given, ASSIGNMENTS), os.environ.get("GRADER_ASSIGNMENT", "")]
    place = next((Path(one) for one in named if one and Path(one).exists()), Path())
    return place if place.is_dir() else place.parent


def _nearest(start: Path, handed_in: Sequence[Path]) -> tuple[Path, dict[str, Any]] | None:
    """The nearest file of settings, upward from a folder, and what it says."""
    strange = [path.resolve() for path in handed_in]
    start = start.resolve()
    for folder in (start, *start.parents):
        if any(folder.is_relative_to(path) for path in strange):
            continue  # a student's own settings
        for name in NAMES:
            file = folder / name
            if file.is_file() and (table := _table(file)) is not None:
                return file, table
    return None


def _table(file: Path) -> dict[str, Any] | None:
    """The settings in a file, or None where a pyproject.toml is about other things only."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}") from error
    if file.name == "pyproject.toml" and b"grader" not in data:
        return None  # tomllib need not even be loaded
    import tomllib

    try:
        table = tomllib.loads(data.decode("utf-8"))
    except ValueError as error:
        raise UsageError(f"{file}: not valid TOML: {error}") from error
    if file.name == "grader.toml":
        return table
    tools = table.get("tool")
    found = tools.get("grader") if isinstance(tools, dict) else None
    if found is None and file.name != "pyproject.toml":
        return table
    return found if isinstance(found, dict) else None


def _lines(file: Path, table: Mapping[str, Any]) -> dict[str, int]:
    """The line of each key, which tomllib does not tell."""
    text = file.read_text(encoding="utf-8").splitlines()
    start = next((n for n, line in enumerate(text) if line.strip() == "[tool.grader]"), 0)
    found: dict[str, int] = {}
    for number, line in enumerate(text[start:], start + 1):
        match = re.match(r"\s*[\"']?([\w-]+)[\"']?\s*[=.]", line)
        if match and match[1] in table:
            found.setdefault(match[1], number)
    return found


def _converted(
    parent: click.Context, command: click.Command, option: click.Option, settings: Settings
) -> Any:
    """A setting as the option takes it. Raises UsageError that names the file's line."""
    key = key_of(option)
    value = settings.values[key]
    assert settings.file is not None
    if isinstance(value, str) and "\0" in value:
        raise UsageError(f"{settings.place(key)}: {key}: no setting holds a NUL")
    if isinstance(option.type, click.Path) and isinstance(value, str):
        beside = settings.file.parent / value
        # An assignment may also be the name of a shipped one.
        value = str(beside) if beside.exists() or option.name != "assignment" else value
    context = click.Context(command, info_name=command.name, parent=parent)
    try:
        option.type_cast_value(context, value)
    except (click.BadParameter, TypeError, ValueError, OverflowError) as error:
        said = error.message if isinstance(error, click.BadParameter) else str(error)
        raise UsageError(f"{settings.place(key)}: {key}: {said}") from error
    return value
