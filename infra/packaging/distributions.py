"""What is installed in a folder: distributions with their versions, licences and files."""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from email.parser import HeaderParser
from pathlib import Path, PurePosixPath

# Of a distribution's own notes, licences travel with the code. The rest is for installers (some name paths of this
# machine) or is in the bill of materials.
_LICENCE = re.compile(r"licen[sc]e|copying|notice|authors", re.IGNORECASE)
_NOT_RUN = frozenset({".pyi", ".pyc", ".pxd", ".pyx", ".c", ".h"})


@dataclass(frozen=True, slots=True)
class Distribution:
    """One installed distribution; `files` are relative to the folder, in order."""

    name: str
    version: str
    licence: str
    files: tuple[PurePosixPath, ...]


def installed_distributions(folder: Path) -> list[Distribution]:
    """All of them, by name."""
    found = [_distribution(record.parent) for record in sorted(folder.glob("*.dist-info/RECORD"))]
    return sorted(found, key=lambda distribution: distribution.name)


def _distribution(information: Path) -> Distribution:
    metadata = HeaderParser().parsestr((information / "METADATA").read_text(encoding="utf-8"), headersonly=True)
    with (information / "RECORD").open(encoding="utf-8", newline="") as record:
        files = [PurePosixPath(row[0]) for row in csv.reader(record) if row]
    return Distribution(
        name=metadata["Name"].lower().replace("_", "-"),
        version=metadata["Version"],
        licence=metadata["License-Expression"] or _short(metadata["License"] or ""),
        files=tuple(sorted(file for file in files if _is_run(file))),
    )


def _short(licence: str) -> str:
    """Some write the licence's whole text into this field; its first line says which it is."""
    return licence.strip().splitlines()[0] if licence.strip() else ""


def _is_run(file: PurePosixPath) -> bool:
    first = file.parts[0]
    if first in ("..", "bin") or "__pycache__" in file.parts or file.suffix in _NOT_RUN or file.name == "py.typed":
        return False
    return not first.endswith(".dist-info") or _LICENCE.search(file.name) is not None


def owners(distributions: Iterable[Distribution]) -> dict[PurePosixPath, Distribution]:
    """Which distribution a file belongs to."""
    return {file: distribution for distribution in distributions for file in distribution.files}
