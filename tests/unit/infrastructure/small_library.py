"""A folder as an installer leaves it, small enough to reason about: two libraries, and our own code that uses one."""

from pathlib import Path

METADATA = """Metadata-Version: 2.4
Name: {name}
Version: {version}
License-Expression: MIT

How to use it.
"""


def install(libraries: Path, name: str, version: str, files: dict[str, str]) -> None:
    """One distribution with its notes."""
    notes = f"{name}-{version}.dist-info"
    written = {
        **files,
        f"{notes}/METADATA": METADATA.format(name=name, version=version),
        f"{notes}/INSTALLER": "uv",
        f"{notes}/licenses/LICENSE": "MIT",
        f"../../bin/{name}": "#!/bin/sh",
    }
    for file, text in written.items():
        if not file.startswith(".."):
            write(libraries / file, text)
    write(libraries / notes / "RECORD", "".join(f"{file},,\n" for file in written))


def write(file: Path, text: str) -> None:
    """A file, with its folders."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
