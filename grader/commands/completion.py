"""`grader completion`: what a shell needs to complete commands, assignments and cases."""

from __future__ import annotations

import click

from grader.commands.common import reports_errors


@click.command()
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
@click.pass_context
@reports_errors
def completion(context: click.Context, shell: str) -> None:
    """Print what SHELL needs to complete commands, options, assignments and cases.

    \b
    eval "$(grader completion bash)"      at the end of ~/.bashrc
    eval "$(grader completion zsh)"       at the end of ~/.zshrc
    grader completion fish > ~/.config/fish/completions/grader.fish
    """
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None
    root = context.find_root().command
    click.echo(kind(root, {}, "grader", "_GRADER_COMPLETE").source())
