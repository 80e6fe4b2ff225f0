"""The twin's command line: verbs that read like what a person wants.

Each verb is thin: it starts or finds a twin, asks it for one thing, and shows what came of it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NoReturn

import click

from twin.errors import TwinError
from twin.settings import project_workspace

FAILED = 1
"""Exit code when something that should have been deployed was not."""

MISUSED = 2
"""Exit code for a verb, option or argument that there is not."""

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells expect it."""


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def cli() -> None:
    """Run the whole MLOps loop on this machine: no docker, no AWS account.

    `run` does it once and ends; `up` stays up for `push`, `upload`, `invoke`, `status` and `logs`.
    """


@cli.command()
def run() -> None:
    """Push the working tree through all fifteen steps, once.

    Then asks the endpoint, writes the report and ends. The exit code is 1 if a model that should be
    deployed is not.
    """
    from twin.commands.run import run_once

    _end(run_once(project_workspace()))


@cli.command()
def up() -> None:
    """Do the same and stay up until Ctrl-C or `down`."""
    from twin.commands.run import stay_up

    _end(stay_up(project_workspace()))


@cli.command()
@click.option("--quiet", is_flag=True, help="Say nothing when no twin is up.")
def down(*, quiet: bool) -> None:
    """End the twin that is up."""
    from twin.commands.control import end_twin

    _end(end_twin(project_workspace(), quiet=quiet))


@cli.command()
def push() -> None:
    """Push the working tree and follow what comes of it.

    It is pushed as it lies there, uncommitted edits included; index, branches and stash stay alone.
    """
    from twin.commands.retrain import push_tree

    _end(push_tree(project_workspace()))


@cli.command()
@click.argument("model")
@click.argument("file", type=click.Path(path_type=Path))
def upload(model: str, file: Path) -> None:
    """Put FILE into the raw data of MODEL.

    Follows the retraining that it starts. A file of the same name is replaced.
    """
    from twin.commands.retrain import upload_file

    _end(upload_file(project_workspace(), model, file))


@cli.command()
def reconcile() -> None:
    """Fire the schedule that looks for lost events, now.

    Follows the runs that it starts; on AWS it fires by itself every `reconcileMinutes`.
    """
    from twin.commands.reconcile import fire_schedule

    _end(fire_schedule(project_workspace()))


@cli.command()
@click.option("--file", default="", help="Rows as CSV, JSON or JSON Lines; - for standard input.")
@click.option("--to", default="", help="Where the answers to FILE are written, by its ending too.")
@click.argument("model")
@click.argument("row", default="")
def invoke(model: str, row: str, file: str, to: str) -> None:
    """Ask MODEL's endpoint about ROW, or about the rows of a file.

    A row is the raw file's columns less the target, in their order, with commas between them.
    """
    from twin.commands.invoke import ask_about_file, ask_about_row

    if (file and row) or (to and not file):
        raise click.UsageError("give ROW, or FILE; TO goes with FILE alone")
    if file:
        _end(ask_about_file(project_workspace(), model, file, to))
    _end(ask_about_row(project_workspace(), model, row))


@cli.command()
def status() -> None:
    """Show what is up, and what came of each run."""
    from twin.commands.look import show_status

    _end(show_status(project_workspace()))


@cli.command()
@click.argument("step", required=False, default="")
@click.option("--all", "everything", is_flag=True, help="Every stream, not just the newest.")
def logs(step: str, *, everything: bool) -> None:
    """Show what the service of a STEP logged.

    Steps are staging, image, trigger, run, etl, training, transform and deployment.
    """
    from twin.commands.look import show_logs

    _end(show_logs(project_workspace(), step, everything=everything))


@cli.command()
@click.option("--manifest", type=click.Path(path_type=Path), help="Of a dataset, to tell of alone.")
@click.option("--before", type=click.Path(path_type=Path), help="The one to compare it with.")
def report(manifest: Path | None, before: Path | None) -> None:
    """Write the HTML report of the latest run, and say where it is.

    With a manifest, which may be one from AWS: a page beside it about that dataset.
    """
    from twin.commands.look import write_dataset_report, write_report

    if before and not manifest:
        raise click.UsageError("BEFORE= is the manifest to compare MANIFEST= with; name both")
    _end(write_dataset_report(manifest, before) if manifest else write_report(project_workspace()))


@cli.command()
@click.option("--stack", "stacks", default="dev,prod", show_default=True, help="Which, by comma.")
def engine(stacks: str) -> None:
    """Run Pulumi's own engine on the program, against the twin's AWS.

    Previews, creates, changes, refreshes and destroys each stack; needs `pulumi` on PATH.
    """
    from twin.commands.engine import tell_engine

    _end(tell_engine(project_workspace(), stacks))


@cli.command()
def pictures() -> None:
    """Draw the latest run and its report as SVG into docs/images."""
    from twin.commands.pictures import draw_pictures

    _end(draw_pictures(project_workspace()))


def _end(code: int) -> NoReturn:
    raise SystemExit(code)


def main(command: click.Command = cli, arguments: list[str] | None = None) -> None:
    """Run the command line; errors that a person can mend are shown without a traceback."""
    try:
        command(arguments, standalone_mode=False)
    except TwinError as error:
        click.secho(str(error), fg="red", err=True)
        sys.exit(FAILED)
    except click.UsageError as error:
        error.show()
        sys.exit(MISUSED)
    except (KeyboardInterrupt, click.Abort):  # click turns the one into the other
        click.echo("interrupted; everything was stopped", err=True)
        sys.exit(INTERRUPTED)
