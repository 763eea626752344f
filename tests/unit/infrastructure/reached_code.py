"""What a function's code can come to, found by reading it: from its handler, by what is named along the way.

    def f(): …          is reached where its name is, as it was imported there
    class C: …          is reached where its name is; then its bases, its fields and its dunder methods are
    C.m                 is reached where something reached says `.m`, and C is reached ("rapid type analysis", Bacon and
                        Sweeney, 1996): what nobody makes has no methods that could be called
    "module:function"   is reached where the text is (`commands/later`)

It finds more than what can really happen, and nothing less.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

_NAMED = re.compile(r"([A-Za-z_]\w*(?:\.\w+)+):([A-Za-z_]\w*)")

Place = tuple[str, str]
"""A module, and a name at its top."""


@dataclass(slots=True)
class _Module:
    """What a module has at its top, and what its names mean."""

    imported: dict[str, Place] = field(default_factory=dict)
    tops: dict[str, list[ast.AST]] = field(default_factory=lambda: defaultdict(list))
    methods: dict[str, dict[str, ast.AST]] = field(default_factory=dict)
    loose: list[ast.AST] = field(default_factory=list)


class ReachedCode:
    """All code that a door's handler leads to: its `nodes`.

    Args:
        modules: the files of our own modules that the door imports, at once or later.
        door: the door's module.
    """

    def __init__(self, modules: Mapping[str, Path], door: str) -> None:
        self._modules = {name: _read(name, path) for name, path in modules.items() if path.suffix == ".py"}
        self.nodes: list[ast.AST] = []
        self._said: set[str] = set()
        self._methods: dict[str, list[tuple[str, ast.AST]]] = defaultdict(list)
        self._seen: set[Place] = set()
        for name, module in self._modules.items():
            for loose in module.loose:
                self._reach(name, loose)
        self._go_to((door, "handler"))

    def _go_to(self, place: Place) -> None:
        if place in self._seen:
            return
        self._seen.add(place)
        module = self._modules.get(place[0])
        if module is None:
            return
        if place[1] in module.imported:
            self._go_to(module.imported[place[1]])
        for code in module.tops.get(place[1], []):
            self._reach(place[0], code)
        for name, method in module.methods.get(place[1], {}).items():
            if name in self._said or name.startswith("__"):
                self._reach(place[0], method)
            else:
                self._methods[name].append((place[0], method))

    def _reach(self, module: str, code: ast.AST) -> None:
        for node in ast.walk(code):
            self.nodes.append(node)
            match node:
                case ast.Name(id=name):
                    self._go_to((module, name))
                case ast.Attribute(value=ast.Name(id=name), attr=attribute):
                    self._say(attribute)
                    package = self._modules[module].imported.get(name)
                    if package is not None:
                        self._go_to((".".join(filter(None, package)), attribute))
                case ast.Attribute(attr=attribute):
                    self._say(attribute)
                case ast.Constant(value=str(text)):
                    named = _NAMED.fullmatch(text)
                    if named is not None:
                        self._go_to((named[1], named[2]))

    def _say(self, attribute: str) -> None:
        if attribute in self._said:
            return
        self._said.add(attribute)
        for module, method in self._methods.pop(attribute, []):
            self._reach(module, method)


@cache
def _read(name: str, path: Path) -> _Module:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    module = _Module()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            module.imported |= {alias.asname: (alias.name, "") for alias in node.names if alias.asname}
        elif isinstance(node, ast.ImportFrom):
            base = ".".join([*package.split(".")[: len(package.split(".")) - node.level + 1]]) if node.level else ""
            source = ".".join(filter(None, [base, node.module or ""]))
            module.imported |= {alias.asname or alias.name: (source, alias.name) for alias in node.names}
    for statement in tree.body:
        match statement:
            case ast.FunctionDef(name=top) | ast.AsyncFunctionDef(name=top):
                module.tops[top].append(statement)
            case ast.ClassDef(name=top):
                own = {part.name: part for part in statement.body if isinstance(part, _FUNCTIONS)}
                module.methods[top] = dict(own)
                rest = [part for part in statement.body if part not in own.values()]
                module.tops[top] += [*rest, *statement.bases, *statement.keywords, *statement.decorator_list]
            case ast.Import() | ast.ImportFrom():
                pass
            case ast.Assign(targets=[ast.Name(id=top)]) | ast.AnnAssign(target=ast.Name(id=top)):
                module.tops[top].append(statement)
            case _:
                module.loose.append(statement)
    return module


_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
