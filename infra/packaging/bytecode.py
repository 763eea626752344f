"""Compiled modules beside the sources, so that a cold start does not compile: Lambda's folder cannot be written to.

They are made by an interpreter of the target's own version, and say "unchecked" (PEP 552), so that nobody looks at the
times of the sources.
"""

import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from infra.packaging.target import version_of

# One process for all files, in order, with one seed: what it writes depends on the sources alone.
_PROGRAM = """
import py_compile, sys
mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
for line in sys.stdin.read().splitlines():
    source, shown = line.split("\\t")
    py_compile.compile(source, dfile=shown, doraise=True, optimize=0, invalidation_mode=mode)
"""
_LAMBDA_FOLDER = PurePosixPath("/var/task")


def compiler_for(python: str, named: str = "") -> str | None:
    """An interpreter of that version: the named one, one on the PATH, or one of pyenv's; None where there is none."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    kept = sorted(pyenv.glob(f"{python}.*/bin/python{python}"))
    candidates = [named, shutil.which(f"python{python}") or "", *(str(path) for path in kept)]
    return next((candidate for candidate in candidates if candidate and version_of(candidate) == python), None)


def compiled(
    interpreter: str, python: str, files: Mapping[PurePosixPath, Path], folder: Path
) -> dict[PurePosixPath, bytes]:
    """The compiled modules of these sources, by their name in the package; `folder` is scratch space."""
    sources = {name: path for name, path in files.items() if name.suffix == ".py"}
    for name, path in sources.items():
        copy = folder / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    _compile(interpreter, (f"{folder / name}\t{_LAMBDA_FOLDER / name}" for name in sorted(sources)))
    tag = f"cpython-{python.replace('.', '')}"
    names = {name: name.parent / "__pycache__" / f"{name.stem}.{tag}.pyc" for name in sources}
    return {cached: (folder / cached).read_bytes() for cached in names.values()}


def _compile(interpreter: str, lines: Iterable[str]) -> None:
    subprocess.run(  # noqa: S603 - compiler_for found it
        [interpreter, "-I", "-c", _PROGRAM],
        input="\n".join(lines),
        text=True,
        check=True,
        env={"PYTHONHASHSEED": "0"},
    )
