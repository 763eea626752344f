"""Which modules a function imports, found by reading the code and not by running it.

Imports inside functions count, because that is where this project puts what is slow to import; so do texts that name a
function of ours, `module:function`, to be imported when it is called (`commands/later`). What only type checkers read
(`if TYPE_CHECKING`) does not count, and neither does what a library tries and can do without
(`try: import ... except ImportError`).
"""

import ast
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_NAMED_FUNCTION = re.compile(r"([A-Za-z_]\w*(?:\.\w+)+):[A-Za-z_]\w*")
_LIBRARY_CATCHES = frozenset({"ImportError", "ModuleNotFoundError", "Exception"})


class UnknownImport(Exception):
    """Our own code imports something that is neither ours, nor locked, nor Python's."""

    def __init__(self, module: str, importer: str) -> None:
        super().__init__(f"{importer} imports {module}, which is in no package of infra/locks/functions.txt")


@dataclass(frozen=True, slots=True)
class Traced:
    """What one entry leads to: files by module name, ours and the libraries' apart; and what our own code names."""

    own: dict[str, Path] = field(default_factory=dict)
    libraries: dict[str, Path] = field(default_factory=dict)
    named: set[str] = field(default_factory=set)

    @property
    def asked_for(self) -> list[str]:
        """The libraries' modules that our own code imports, at once or later."""
        return sorted(self.named & self.libraries.keys())


class ImportTracer:
    """Follows imports through our own folder and through the folder that packages are installed in.

    Args:
        own: our own folder.
        libraries: the packages' folder; None follows our own modules only, and takes all others for known.
    """

    def __init__(self, own: Path, libraries: Path | None) -> None:
        self._own = own
        self._libraries = libraries
        self._read: dict[Path, list[str]] = {}

    def trace(self, entry: str, also: Iterable[str] = (), without: Iterable[str] = ()) -> Traced:
        """Everything that module `entry` leads to, and what the modules `also` lead to; not into packages `without`.

        Raises:
            UnknownImport: our own code imports what is nowhere.
        """
        traced = Traced()
        left_out = frozenset(without)
        waiting = [(entry, entry), *((module, entry) for module in also)]
        while waiting:
            name, importer = waiting.pop()
            if importer in traced.own:
                traced.named.add(name)
            if name in traced.own or name in traced.libraries or name.split(".", 1)[0] in left_out:
                continue
            found = self._visit(name, importer, traced)
            waiting.extend((imported, name) for imported in found)
        return traced

    def _visit(self, name: str, importer: str, traced: Traced) -> list[str]:
        path = module_file(self._own, name)
        if path is not None:
            traced.own[name] = path
            return [*_parents(name), *self._imports(path, name, is_own=True)]
        if self._libraries is None:
            return []
        path = module_file(self._libraries, name)
        if path is not None:
            traced.libraries[name] = path
            return [*_parents(name), *self._imports(path, name, is_own=False)]
        if importer in traced.own and not self._is_known_name(name):
            raise UnknownImport(name, importer)
        return []

    def _is_known_name(self, name: str) -> bool:
        """Python's own module, or a name inside of a module that is known (`from module import name`)."""
        if name.split(".", 1)[0] in sys.stdlib_module_names:
            return True
        parent = name.rpartition(".")[0]
        roots = [root for root in (self._own, self._libraries) if root is not None]
        return bool(parent) and any(module_file(root, parent) is not None for root in roots)

    def _imports(self, path: Path, name: str, *, is_own: bool) -> list[str]:
        if path.suffix != ".py":
            return []
        if path not in self._read:
            tree = ast.parse(path.read_bytes(), filename=str(path))
            package = name if path.name == "__init__.py" else name.rpartition(".")[0]
            found = list(_imported(tree.body, package, is_own=is_own))
            if is_own:
                found += [module for module in _named(tree) if module_file(self._own, module.partition(".")[0])]
            self._read[path] = found
        return self._read[path]


def module_file(root: Path, name: str) -> Path | None:
    """The file of a module below `root`; None where there is none."""
    place = root.joinpath(*name.split("."))
    for candidate in (place / "__init__.py", place.with_name(f"{place.name}.py")):
        if candidate.is_file():
            return candidate
    extensions = sorted(place.parent.glob(f"{place.name}.*.so")) if place.parent.is_dir() else []
    return extensions[0] if extensions else None


def _parents(name: str) -> list[str]:
    words = name.split(".")
    return [".".join(words[:count]) for count in range(1, len(words))]


def _imported(statements: Sequence[ast.stmt], package: str, *, is_own: bool) -> Iterator[str]:
    for statement in statements:
        match statement:
            case ast.Import():
                yield from (alias.name for alias in statement.names)
            case ast.ImportFrom():
                yield from _imported_from(statement, package)
            case ast.If() if _asks_for_type_checker(statement.test):
                yield from _imported(statement.orelse, package, is_own=is_own)
            case ast.Try() if not is_own and _can_do_without(statement):
                yield from _imported([*statement.orelse, *statement.finalbody], package, is_own=is_own)
            case _:
                yield from _imported(_inner_statements(statement), package, is_own=is_own)


def _named(tree: ast.Module) -> Iterator[str]:
    """The modules of functions that texts name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            named = _NAMED_FUNCTION.fullmatch(node.value)
            if named is not None:
                yield named.group(1)


def _inner_statements(statement: ast.stmt) -> list[ast.stmt]:
    inner: list[ast.stmt] = []
    for child in ast.iter_child_nodes(statement):
        if isinstance(child, ast.stmt):
            inner.append(child)
        elif isinstance(child, ast.ExceptHandler | ast.match_case):
            inner.extend(child.body)
    return inner


def _imported_from(statement: ast.ImportFrom, package: str) -> Iterator[str]:
    base = statement.module or ""
    if statement.level:
        words = package.split(".")
        words = words[: len(words) - statement.level + 1]
        base = ".".join([*words, base] if base else words)
    yield base
    # A name may be a module of its own; whoever looks it up finds out.
    yield from (f"{base}.{alias.name}" for alias in statement.names if alias.name != "*")


def _asks_for_type_checker(test: ast.expr) -> bool:
    name = test.attr if isinstance(test, ast.Attribute) else getattr(test, "id", "")
    return name == "TYPE_CHECKING"


def _can_do_without(statement: ast.Try) -> bool:
    for handler in statement.handlers:
        if handler.type is None:
            return True
        caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
        if any(isinstance(name, ast.Name) and name.id in _LIBRARY_CATCHES for name in caught):
            return True
    return False
