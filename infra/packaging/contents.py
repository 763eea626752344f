"""What goes into the package of one function.

our modules      exactly those that the function leads to
our data         a file that such a module names: beside it, or in `config/`
libraries        whole distributions, since libraries also import by name at run time; but only those that are
                 reached, and of botocore's 400 services only those that our code makes a client for
"""

import ast
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from infra.packaging.distributions import Distribution, installed_distributions, owners
from infra.packaging.tracing import ImportTracer, Traced

# What a compiled part of a library imports, which no source says (cffi's own documentation: "_cffi_backend").
_COMPILED_NEED = {"nacl": ("_cffi_backend",), "cryptography": ("_cffi_backend",)}

# What a module of the standard library looks up by name (Python docs, zoneinfo, "Data sources"): Lambda's own system
# may have no time zones.
_LOOKED_UP = {"zoneinfo": "tzdata"}

# What a function's code leads to, and the function never comes to. Commands are declared whole, so `interactions` sees
# their deferred halves, which run in `tasks`; only those read what people write about times (`meetings/time_words`).
_NEVER_REACHED = {"interactions": ("dateparser",)}

# Whoever calls one of these with a service's name makes a client for it.
_CLIENT_MAKERS = frozenset({"_caller_for", "caller_for", "boto_caller", "BotoCaller", "client", "make_client"})

# Times are read in English (`meetings/time_words`), and dateparser knows 200 languages.
_LANGUAGES = PurePosixPath("dateparser/data/date_translation_data")
_KEPT_LANGUAGES = frozenset({"__init__.py", "en.py"})

_SERVICES = PurePosixPath("botocore/data")
# For every service: where it is, and how often a call is tried again.
_FOR_EVERY_SERVICE = frozenset({"endpoints.json", "partitions.json", "_retry.json", "sdk-default-configuration.json"})
# Where httpx brings certifi's authorities, botocore takes those (`botocore.httpsession`), and not its own.
_ONLY_WITHOUT = {PurePosixPath("botocore/cacert.pem"): "certifi"}

# What no function of ours can come to, though it is in a distribution that it needs.
_UNUSED = tuple(
    map(
        PurePosixPath,
        (
            "boto3/data",  # resources; low-level clients are faster
            "boto3/examples",
            "cffi",  # builds libraries; running them takes `_cffi_backend` only
            "dateutil/zoneinfo/dateutil-zoneinfo.tar.gz",  # Python has its own time zones
            "dateparser/search",
            "pytz/zoneinfo",
            "regex/tests",
            # What Python does not read: the zones as text, and what countries they are in.
            "tzdata/zoneinfo/tzdata.zi",
            "tzdata/zoneinfo/iso3166.tab",
            "tzdata/zoneinfo/leapseconds",
            "tzdata/zoneinfo/zone.tab",
            "tzdata/zoneinfo/zone1970.tab",
            "tzdata/zoneinfo/zonenow.tab",
            "pydantic/v1",  # models of the old kind; asked for where one of ours had `__get_validators__`
            "pydantic/mypy.py",
            "anyio/pytest_plugin.py",
            "anyio/_backends/_trio.py",
            "httpcore/_backends/trio.py",
            "httpx/_main.py",  # its command line
            "starlette/schemas.py",
            "starlette/templating.py",
            "starlette/testclient.py",
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the parts of a package come from.

    Attributes:
        functions: our own code.
        config: the folder with `default_config.json`.
        libraries: where the locked packages are installed for the target.
    """

    functions: Path
    config: Path
    libraries: Path


@dataclass(frozen=True, slots=True)
class Contents:
    """What is in a package.

    Attributes:
        files: by their name in it; compiled libraries still with what `slimming` takes out.
        distributions: the libraries.
        own_modules: our code.
        library_modules: what it imports of libraries, at once or later.
        services: the AWS services that it reaches through boto3.
    """

    files: Mapping[PurePosixPath, Path]
    distributions: tuple[Distribution, ...]
    own_modules: tuple[str, ...]
    library_modules: tuple[str, ...]
    services: tuple[str, ...]


class PackageContents:
    """Works out contents; what is read once serves all functions."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._tracer = ImportTracer(sources.functions, sources.libraries)
        self._owners = owners(installed_distributions(sources.libraries))

    def of(self, handler: str) -> Contents:
        """The contents for a handler such as `api.handler`.

        Raises:
            UnknownImport: the function imports what is in no package.
        """
        entry = handler.rpartition(".")[0]
        traced = self._with_what_no_source_says(entry)
        distributions = self._distributions(traced)
        names = {distribution.name for distribution in distributions}
        services = services_of(traced.own.values()) if "boto3" in names else []
        files = self._own_files(traced)
        for distribution in distributions:
            for file in distribution.files:
                if _is_kept(file, services) and _ONLY_WITHOUT.get(file) not in names:
                    files[file] = self._sources.libraries / file
        return Contents(
            files=dict(sorted(files.items())),
            distributions=distributions,
            own_modules=tuple(sorted(traced.own)),
            library_modules=tuple(traced.asked_for),
            services=tuple(services),
        )

    def _with_what_no_source_says(self, entry: str) -> Traced:
        without = _NEVER_REACHED.get(entry, ())
        traced = self._tracer.trace(entry, without=without)
        needed = {
            module for library in _COMPILED_NEED if library in traced.libraries for module in _COMPILED_NEED[library]
        }
        needed |= {library for module, library in _LOOKED_UP.items() if _is_imported(module, traced.own.values())}
        return self._tracer.trace(entry, sorted(needed), without) if needed else traced

    def _distributions(self, traced: Traced) -> tuple[Distribution, ...]:
        files = (PurePosixPath(path.relative_to(self._sources.libraries)) for path in traced.libraries.values())
        reached = {owner.name: owner for file in files if (owner := self._owners.get(file)) is not None}
        return tuple(reached[name] for name in sorted(reached))

    def _own_files(self, traced: Traced) -> dict[PurePosixPath, Path]:
        files = {PurePosixPath(path.relative_to(self._sources.functions)): path for path in traced.own.values()}
        for module in list(traced.own.values()):
            named = texts_in(module)
            for data in _data_files(module.parent):
                if data.name in named:
                    files[PurePosixPath(data.relative_to(self._sources.functions))] = data
            for data in _data_files(self._sources.config):
                if data.name in named:
                    files[PurePosixPath("config") / data.name] = data
        return files


def services_of(modules: Iterable[Path]) -> list[str]:
    """The AWS services that these modules make clients for, by boto3's names."""
    found = set()
    for module in modules:
        for node in ast.walk(ast.parse(module.read_bytes())):
            if isinstance(node, ast.Call) and _called(node.func) in _CLIENT_MAKERS and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    found.add(first.value)
    return sorted(found)


def texts_in(module: Path) -> set[str]:
    """The texts that stand in a module."""
    nodes = ast.walk(ast.parse(module.read_bytes()))
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def _called(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _data_files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.iterdir() if file.is_file() and file.suffix not in (".py", ".pyc"))


def _is_kept(file: PurePosixPath, services: Iterable[str]) -> bool:
    if any(file.is_relative_to(folder) for folder in _UNUSED):
        return False
    if file.is_relative_to(_LANGUAGES):
        return file.name in _KEPT_LANGUAGES
    if not file.is_relative_to(_SERVICES):
        return True
    first = file.relative_to(_SERVICES).parts[0]
    return first in _FOR_EVERY_SERVICE or first in services


def _is_imported(module: str, sources: Iterable[Path]) -> bool:
    return any(re.search(rf"^\s*(?:from|import) {module}\b", each.read_text("utf-8"), re.MULTILINE) for each in sources)
