"""`grader schema`: the JSON Schema of assignment files."""

from __future__ import annotations

import click

from grader.commands.common import reports_errors


@click.command()
@reports_errors
def schema() -> None:
    """Print the JSON Schema of assignment files, for completion in editors.

    \b
    grader schema > assignment.schema.json
    and at the top of assignment.yaml:
    # yaml-language-server: $schema=assignment.schema.json
    """
    import json

    from grader.authoring import json_schema

    click.echo(json.dumps(json_schema(), indent=2))
