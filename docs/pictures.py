"""Draws docs/plan.svg from the demonstration's plan: `./run demo`, then `./run docs`."""

import io
import re
import sys
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import SVG_EXPORT_THEME

from workbench.language import Language
from workbench.plan_view import PlanView, read_view
from workbench.screens.plan import plan_screen
from workspace import load

ROOT = Path(__file__).resolve().parent.parent
WIDTH = 100


def draw(view: PlanView) -> str:
    """The terminal's picture of a plan as SVG; the same plan, the same text."""
    console = Console(
        width=WIDTH,
        record=True,
        file=io.StringIO(),
        force_terminal=True,
        color_system="truecolor",
        highlight=False,
    )
    for renderable in plan_screen(view, Language(), WIDTH):
        console.print(renderable)
    drawn = console.export_svg(
        title="tradewind plan", theme=SVG_EXPORT_THEME, unique_id="tradewind"
    )
    # The picture must look the same without a network: the reader's own fonts, none fetched.
    drawn = re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.DOTALL)
    drawn = drawn.replace("<svg ", '<svg xml:space="preserve" ', 1)
    return re.sub(r"<!--.*?-->", "", drawn).replace("Fira Code", "DejaVu Sans Mono")


def main() -> int:
    """Draw every picture; says what is missing where the demonstration has not been run."""
    workspace, folder = ROOT / "demo", Path("results/plans/base")
    if not (workspace / folder / "plan.json").is_file():
        print("docs: no plan to draw; `./run demo` makes one", file=sys.stderr)
        return 1
    view = read_view(workspace / folder, load(workspace))
    shown = PlanView(**{**vars(view), "folder": folder})
    (ROOT / "docs" / "plan.svg").write_text(draw(shown), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
