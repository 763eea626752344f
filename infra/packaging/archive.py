"""A zip whose bytes depend on what is in it and on nothing else: no clock, no order of a folder, no user's mask."""

import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

# The earliest time that a zip can hold (APPNOTE 4.4.6).
_TIME = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_MODE = 0o100644


def write_archive(path: Path, files: Mapping[PurePosixPath, bytes]) -> None:
    """Write the zip, whole or not at all."""
    unfinished = path.with_suffix(".unfinished")
    with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(str(name), _TIME)
            entry.create_system = _UNIX
            entry.external_attr = _MODE << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[name])
    unfinished.replace(path)
