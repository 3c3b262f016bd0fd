"""The facts: tables read, checked and typed; money; weeks."""

from workspace.faults import Fault, InputError, Note
from workspace.load import load
from workspace.settings import Settings
from workspace.text import Text
from workspace.workspace import Workspace

__all__ = ["Fault", "InputError", "Note", "Settings", "Text", "Workspace", "load"]
