"""The command line: one command is one file, imported when it is called."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any, TextIO

import click

from dlcards.cli.settings import Settings
from dlcards.garbage import collect_rarely

COMMANDS: Mapping[str, str] = {
    "build": "build",
    "check": "check",
    "list": "list_",
    "show": "show",
    "preview": "preview",
    "worksheet": "worksheet",
    "new": "new",
    "explain": "explain",
    "diff": "diff",
    "merge": "merge",
    "pull": "pull",
    "release": "release",
    "schema": "schema",
    "init": "init",
    "add": "add",
    "import": "import_",
    "lint": "lint",
    "export": "export",
    "cache": "cache",
}
"""Every command and its module, in the order of ``dlcards --help``."""


class _Commands(click.Group):
    """Imports a command only when it is called or listed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"dlcards.cli.{COMMANDS[cmd_name]}")
        command: click.Command = module.command
        return _with_global_options(command)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError:
            import difflib

            close = difflib.get_close_matches(args[0], COMMANDS, n=1)
            if close:
                message = f"there is no command '{args[0]}'; did you mean '{close[0]}'?"
                raise click.UsageError(message, ctx) from None
            raise


def _with_global_options(command: click.Command) -> click.Command:
    """Let a command take the options of all commands after its name too."""
    taken = {option for parameter in command.params for option in parameter.opts}
    for names, given in _GLOBAL:
        if taken.isdisjoint(names):
            command.params.append(
                click.Option(names, expose_value=False, hidden=True, callback=_set, **given)
            )
    return command


def _set(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    """Change a setting that stood after the name of the command."""
    if value and isinstance(ctx.obj, Settings) and param.name is not None:
        ctx.obj = ctx.obj._replace(**{param.name: value})


_GLOBAL: tuple[tuple[tuple[str, ...], Mapping[str, Any]], ...] = (
    (("--root",), {"type": click.Path(exists=True, file_okay=False, path_type=Path)}),
    (("-q", "--quiet"), {"is_flag": True}),
    (("-v", "--verbose"), {"is_flag": True}),
)


def _version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from dlcards import __version__

        click.echo(f"dlcards {__version__}")
        ctx.exit()


@click.command(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Example: dlcards build --deck calculus",
)
@click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder with formulas/ and decks/; found from the current folder upwards if not given.",
)
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but problems.")
@click.option("-v", "--verbose", is_flag=True, help="Say what each step does.")
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_version,
    help="Show the version.",
)
@click.pass_context
def application(ctx: click.Context, root: Path | None, quiet: bool, verbose: bool) -> None:
    """Anki decks for the mathematics of deep learning, every formula checked by machine."""
    ctx.obj = Settings(root=root, quiet=quiet, verbose=verbose)


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code: 0, or 1 content, 2 usage, 3 tool, 4 bug."""
    # https://no-color.org; otherwise there is colour on terminals only.
    colour = False if os.environ.get("NO_COLOR") else None
    with click.Context(application, color=colour), _interrupts() as seen:
        return _run(arguments, colour, seen)


@contextmanager
def _interrupts() -> Iterator[list[int]]:
    """Note each Ctrl-C: a library may turn it into an exception of its own."""
    import signal

    seen: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        seen.append(number)
        signal.default_int_handler(number, frame)

    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield seen
        return
    try:
        signal.signal(signal.SIGINT, note)
    except ValueError:  # only the main thread may
        yield seen
        return
    try:
        yield seen
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _run(arguments: Sequence[str], colour: bool | None, interrupts: Sequence[int]) -> int:
    try:
        code: Any = application.main(
            list(arguments), prog_name="dlcards", standalone_mode=False, color=colour
        )
    except click.ClickException as error:
        error.show()
        return 2
    except (click.Abort, KeyboardInterrupt):
        return _stopped()
    except (BrokenPipeError, SystemExit):
        # The reader of our output has gone (``dlcards list | head``); click then exits.
        _silence(sys.stdout)
        return 0
    except Exception as error:  # noqa: BLE001 - the last line of defence
        return _stopped() if interrupts else _failed(error)
    return code if isinstance(code, int) else 0


def _stopped() -> int:
    click.echo("stopped; what was there before is untouched", err=True)
    return 130


def _failed(error: Exception) -> int:
    """Report why a command could not do its work; what is not expected is a bug."""
    from dlcards.problems import ContentError, DlcardsError

    if isinstance(error, ContentError):
        from dlcards.cli.problems import show_problems

        show_problems(error.problems)
        return error.exit_code
    if isinstance(error, DlcardsError):
        click.secho(f"error: {error}", fg="red", err=True)
        return error.exit_code
    if isinstance(error, OSError):
        name = f"{error.filename}: " if error.filename else ""
        click.secho(f"error: {name}{error.strerror or error}", fg="red", err=True)
        return 3
    import traceback

    traceback.print_exception(error)
    click.secho("error: this is a bug in dlcards; please report the lines above", err=True)
    return 4


def main() -> None:
    """Run the command line of the process."""
    collect_rarely()
    _open_streams()
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")
    try:
        code = run(sys.argv[1:])
    except OSError as error:  # not even the error could be told
        code = 0 if isinstance(error, BrokenPipeError) else 3
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError as error:
            _silence(stream)
            code = code if isinstance(error, BrokenPipeError) else code or 3
    sys.exit(code)


def _open_streams() -> None:
    """Open what the caller has closed: a file opened later must not get its number.

    Otherwise ``dlcards check 2>&-`` would write its errors into that file.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            with suppress(OSError):
                nothing = os.open(os.devnull, os.O_RDWR)  # the lowest number that is free
                if nothing != number:
                    os.dup2(nothing, number)
                    os.close(nothing)
                setattr(sys, name, open(number, "r" if number == 0 else "w"))  # noqa: SIM115, PTH123


def _silence(stream: TextIO) -> None:
    """Lead a stream that cannot be written nowhere, so that its last flush succeeds."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
