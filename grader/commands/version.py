"""`grader version`: of the grader, and of all that an answer depends on."""

from __future__ import annotations

import click

from grader.commands.common import reports_errors


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print all versions as JSON.")
@reports_errors
def version(as_json: bool) -> None:
    """Print the version; with --json, those of Python, numpy, the reference and the documents too.

    \b
    grader version
    grader version --json
    """
    import json
    import platform
    from hashlib import sha256
    from importlib.metadata import version as installed

    from grader.report.model import SCHEMA_VERSION
    from grader.shipped import reference_file
    from grader.version import __version__

    if not as_json:
        click.echo(f"grader {__version__}")
        return
    versions = {
        "grader": __version__,
        "reference": sha256(reference_file().read_bytes()).hexdigest()[:12],
        "results_schema": SCHEMA_VERSION,
        "python": platform.python_version(),
        "numpy": installed("numpy"),
        "platform": platform.platform(),
    }
    click.echo(json.dumps(versions, indent=1))
