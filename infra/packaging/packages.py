"""Makes the packages of all functions, and the list of them that Terraform reads (`packages.json`)."""

import base64
import hashlib
import json
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path, PurePosixPath

from infra.packaging.archive import write_archive
from infra.packaging.bill_of_materials import as_text, bill_of_materials
from infra.packaging.bytecode import compiled
from infra.packaging.contents import Contents, PackageContents, Sources
from infra.packaging.import_check import Incomplete, check_imports, names_without_platform
from infra.packaging.slimming import without_symbols
from infra.packaging.target import Target, install, is_for, this_machine

# Libraries that stay uncompiled in a function, for its size: its start does not load them, and compiling them gains
# little (measured, imports: pydantic 222 instead of 273 ms, cryptography 16 instead of 24, where others take half).
_UNCOMPILED = {"interactions": ("pydantic", "pydantic_core", "cryptography", "httpx", "httpcore", "idna")}


@dataclass(frozen=True, slots=True)
class Function:
    """A function of `infra/functions.json`."""

    name: str
    handler: str


@dataclass(frozen=True, slots=True)
class Package:
    """One package that was made: sizes in bytes, the hash as Lambda writes it, the import's time here."""

    name: str
    file: str
    size: int
    unpacked: int
    sha256: str
    import_milliseconds: float


@dataclass(frozen=True, slots=True)
class Workshop:
    """What packages are made with.

    Attributes:
        uv: the program.
        locked: the packages with their hashes.
        functions: our code.
        config: the folder with the defaults of all servers.
        target: what for.
        compiler: an interpreter of the target's version; None where there is none, and nothing is compiled.
    """

    uv: Path
    locked: Path
    functions: Path
    config: Path
    target: Target
    compiler: str | None


def functions_in(description: Path) -> list[Function]:
    """The functions that `functions.json` names."""
    entries = json.loads(description.read_text(encoding="utf-8"))["functions"]
    return [Function(entry["name"], entry["handler"]) for entry in entries]


def make_packages(workshop: Workshop, functions: Sequence[Function], output: Path) -> list[Package]:
    """Make a zip and a bill of materials for each function, and the list of all.

    Raises:
        Incomplete: a package lacks something, or holds what does not run on the target.
        NotInstalled: the libraries could not be installed.
        UnknownImport: a function imports what is in no package.
    """
    output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        workshop = _as_it_is_now(workshop, Path(scratch))
        for_target = _contents(workshop, workshop.target, Path(scratch))
        here = this_machine()
        for_here = for_target if workshop.target == here else _contents(workshop, here, Path(scratch))
        made = [_make(workshop, function, for_target, for_here, output, Path(scratch)) for function in functions]
    _write_list(workshop, made, output)
    return made


def _as_it_is_now(workshop: Workshop, scratch: Path) -> Workshop:
    """The workshop with copies of our sources: somebody may save a file while packages are made."""
    ignored = shutil.ignore_patterns("__pycache__")
    functions = shutil.copytree(workshop.functions, scratch / "functions", ignore=ignored)
    config = shutil.copytree(workshop.config, scratch / "config", ignore=ignored)
    return replace(workshop, functions=functions, config=config)


def _contents(workshop: Workshop, target: Target, scratch: Path) -> PackageContents:
    libraries = scratch / "libraries" / target.name
    install(workshop.uv, workshop.locked, target, libraries)
    return PackageContents(Sources(workshop.functions, workshop.config, libraries))


def _make(
    workshop: Workshop,
    function: Function,
    for_target: PackageContents,
    for_here: PackageContents,
    output: Path,
    scratch: Path,
) -> Package:
    contents = for_target.of(function.handler)
    twin = contents if for_here is for_target else for_here.of(function.handler)
    if names_without_platform(contents) != names_without_platform(twin):
        raise Incomplete(f"{function.name}: not the same files for {workshop.target.name} as for this machine")
    imported = check_imports(function.handler, twin, scratch / "imported" / function.name)
    files = _bytes_of(contents, workshop.target)
    if workshop.compiler is not None:
        folder = scratch / "compiled" / function.name
        files |= compiled(workshop.compiler, workshop.target.python, _to_compile(function, contents), folder)
    return _write(workshop.target, function, contents, files, imported.milliseconds, output)


def _to_compile(function: Function, contents: Contents) -> dict[PurePosixPath, Path]:
    left_out = _UNCOMPILED.get(function.name, ())
    return {name: path for name, path in contents.files.items() if name.parts[0] not in left_out}


def _bytes_of(contents: Contents, target: Target) -> dict[PurePosixPath, bytes]:
    files = {name: path.read_bytes() for name, path in contents.files.items()}
    for name in files:
        if ".so" in name.suffixes:
            if not is_for(files[name], target):
                raise Incomplete(f"{name} does not run on {target.architecture}")
            files[name] = without_symbols(files[name])
    return files


def _write(
    target: Target,
    function: Function,
    contents: Contents,
    files: dict[PurePosixPath, bytes],
    milliseconds: float,
    output: Path,
) -> Package:
    archive = output / f"{function.name}.zip"
    write_archive(archive, files)
    digest = hashlib.sha256(archive.read_bytes())
    bill = bill_of_materials(function.name, digest.hexdigest(), target, contents.distributions)
    (output / f"{function.name}.cdx.json").write_text(as_text(bill), encoding="utf-8")
    return Package(
        name=function.name,
        file=archive.name,
        size=archive.stat().st_size,
        unpacked=sum(len(content) for content in files.values()),
        sha256=base64.b64encode(digest.digest()).decode(),
        import_milliseconds=round(milliseconds, 1),
    )


def _write_list(workshop: Workshop, made: Sequence[Package], output: Path) -> None:
    # Times differ from run to run, and what Terraform reads should not.
    kept = ("file", "size", "unpacked", "sha256")
    described = {
        "architecture": workshop.target.architecture,
        "runtime": workshop.target.runtime,
        "packages": {package.name: {key: asdict(package)[key] for key in kept} for package in made},
    }
    (output / "packages.json").write_text(json.dumps(described, indent=2) + "\n", encoding="utf-8")
