"""Help and complaints about the command line, in the reader's language, as plain text.

Typer's own help draws boxes and speaks English only; these classes keep its parsing and write the
words themselves.
"""

from __future__ import annotations

import inspect
from enum import Enum
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption

from workbench.endings import guarded
from workbench.language import Language, mark
from workbench.session import Session

if TYPE_CHECKING:
    from typer._click.core import Context
    from typer._click.formatting import HelpFormatter
    from typer.exceptions import TyperException

HELP_OPTION = mark("Show this message and exit.")


def language_of(context: Context | typer.Context) -> Language:
    """The language given to the root command, English by default."""
    found = context.find_root().obj
    return found if isinstance(found, Language) else Language()


class Command(TyperCommand):
    """A command whose help is translated and plain, and whose failures become exit codes."""

    def invoke(self, ctx: Context) -> int:
        """Run the command and return its exit code."""
        options = ctx.params
        session = Session(options["as_json"], options["quiet"], options["lang"])
        return guarded(session, lambda: super(Command, self).invoke(ctx))

    def format_help(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Usage, what the command does, its options."""
        _write_usage(self, ctx, formatter)
        _write_about(self, ctx, formatter)
        _write_parameters(self, ctx, formatter)

    def get_usage(self, ctx: Context) -> str:
        """The usage line alone, as complaints show it."""
        formatter = ctx.make_formatter()
        _write_usage(self, ctx, formatter)
        return formatter.getvalue().rstrip("\n")


class Group(TyperGroup):
    """The root command: lists the others."""

    def format_help(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Usage, what the program does, its commands and options."""
        say = language_of(ctx)
        _write_usage(self, ctx, formatter)
        _write_about(self, ctx, formatter)
        rows = [
            (name, _first_sentence(say.translate(_about(command))))
            for name, command in self.commands.items()
        ]
        with formatter.section(say("Commands")):
            formatter.write_dl(rows)
        _write_parameters(self, ctx, formatter)

    def get_usage(self, ctx: Context) -> str:
        """The usage line alone, as complaints show it."""
        formatter = ctx.make_formatter()
        _write_usage(self, ctx, formatter)
        return formatter.getvalue().rstrip("\n")


def complaint(error: TyperException, say: Language) -> str:
    """What is wrong with the command line, in one or two lines, then where help is."""
    context = getattr(error, "ctx", None)
    lines = []
    if context is not None:
        lines.append(context.get_usage())
    lines.append(say("error: {problem}", problem=_problem(error, say)))
    if context is not None:
        lines.append(say("'{command} --help' tells more", command=context.command_path))
    return "\n".join(lines)


def _problem(error: TyperException, say: Language) -> str:
    kind = type(error).__name__
    if kind == "NoSuchOption":
        problem = say("there is no option {option}", option=getattr(error, "option_name", ""))
        nearest = getattr(error, "possibilities", None)
        return problem + (f" ({', '.join(sorted(nearest))}?)" if nearest else "")
    parameter = getattr(error, "param", None)
    if kind == "MissingParameter" and parameter is not None:
        return say("{parameter} is missing", parameter=_display(parameter))
    if isinstance(error, typer.BadParameter) and parameter is not None:
        return f"{_display(parameter)}: {_expected(parameter, say) or error.message}"
    message = error.format_message()
    if message.startswith("No such command"):
        name, _, nearest = message.removeprefix("No such command ").partition(". ")
        problem = say("there is no command {command}", command=name.rstrip("."))
        guess = nearest.removeprefix("Did you mean ").removesuffix("?")
        return problem + (f" ({guess}?)" if guess else "")
    if message.startswith("Missing command"):
        return say("a command is missing")
    return message


def _expected(parameter: Any, say: Language) -> str:
    """What a parameter would have accepted, "" where there is nothing better to say."""
    kind = parameter.type_descriptor.annotation
    if isinstance(kind, type) and issubclass(kind, Enum):
        return say("expected one of {known}", known=", ".join(item.value for item in kind))
    if kind is int and parameter.min is not None:
        return say("expected a whole number, {least} or more", least=parameter.min)
    return ""


def _display(parameter: Any) -> str:
    if isinstance(parameter, TyperOption):
        return str(parameter.opts[0])
    return str(parameter.metavar or parameter.name.upper())


def _about(command: Any) -> str:
    """The help text as one line: a paragraph's line breaks mean nothing."""
    return " ".join(inspect.cleandoc(command.help or "").split())


def _first_sentence(text: str) -> str:
    return text.partition(". ")[0].rstrip(".")


def _write_usage(command: Any, ctx: Context, formatter: HelpFormatter) -> None:
    say = language_of(ctx)
    pieces = []
    for parameter in command.params:
        if isinstance(parameter, TyperOption):
            if parameter.required:
                pieces.append(f"{parameter.opts[0]} {parameter.metavar or ''}".rstrip())
        else:
            name = _display(parameter)
            pieces.append(name if parameter.required else f"[{name}]")
    if isinstance(command, TyperGroup):
        pieces.append(say("COMMAND"))
    pieces.append(say("[OPTIONS]"))
    formatter.write_usage(ctx.command_path, " ".join(pieces), prefix=say("usage:") + " ")


def _write_about(command: Any, ctx: Context, formatter: HelpFormatter) -> None:
    formatter.write_paragraph()
    with formatter.indentation():
        formatter.write_text(language_of(ctx).translate(_about(command)))


def _write_parameters(
    command: Any,
    ctx: Context,
    formatter: HelpFormatter,
) -> None:
    say = language_of(ctx)
    arguments: list[tuple[str, str]] = []
    options: list[tuple[str, str]] = []
    for parameter in command.params:
        words = say.translate(parameter.help or "")
        if isinstance(parameter, TyperOption):
            name = ", ".join(parameter.opts)
            if not parameter.is_flag:
                name += f" {parameter.metavar or parameter.name.upper()}"
            default = parameter.default
            if parameter.show_default is not False and default not in (None, False, (), []):
                shown = default.value if isinstance(default, Enum) else default
                words += " " + say("[default: {value}]", value=shown)
            options.append((name, words))
        else:
            arguments.append((_display(parameter), words))
    options.append(("--help", say.translate(HELP_OPTION)))
    if arguments:
        with formatter.section(say("Arguments")):
            formatter.write_dl(arguments)
    with formatter.section(say("Options")):
        formatter.write_dl(options)
