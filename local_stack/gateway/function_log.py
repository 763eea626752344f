"""What a function prints: all of it into `.local/logs/{function}.log`, warnings and worse to the console too.

A file larger than 20 MB is moved aside once (`.log.old`), so that a forgotten stack does not fill the disk.
"""

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

LARGEST_FILE = 20 * 1024 * 1024

# Plain Python logging, Powertools' JSON ("level":"WARNING"), and the runtime's own lines.
_SERIOUS = re.compile(
    r'\[(WARNING|ERROR|CRITICAL)\]|"level":\s*"(WARNING|ERROR|CRITICAL)"|Task timed out|Runtime exited'
)


def print_to_console(line: str) -> None:
    """One line to standard error."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


class FunctionLog:
    """The log of one function, shared by its environments."""

    def __init__(self, name: str, folder: Path, console: Callable[[str], None] = print_to_console) -> None:
        self._name = name
        self._path = folder / f"{name}.log"
        self._console = console
        self._file: TextIO | None = None
        self._size = 0

    def write(self, line: str) -> None:
        """Append one line (or several); show it on the console when it is serious."""
        file = self._file
        if file is None:
            file = self._open()
        file.write(line + "\n")
        file.flush()
        self._size += len(line) + 1
        if self._size > LARGEST_FILE:
            self._move_aside()
        if _SERIOUS.search(line):
            self._console(f"[{self._name}] {line}")

    def _open(self) -> TextIO:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._path.open("a", encoding="utf-8")
        self._size = self._file.tell()
        return self._file

    def _move_aside(self) -> None:
        self.close()
        self._path.replace(self._path.with_suffix(".log.old"))

    def close(self) -> None:
        """Close the file; a later line opens it again."""
        if self._file is not None:
            self._file.close()
            self._file = None
