"""Write the pages beside the Activity's built files: `python -m infra.pages FOLDER`."""

import sys
from pathlib import Path

from infra.operations.environment import written_settings
from infra.pages.legal_pages import NAMES, page


def main(folder: Path) -> int:
    """Write them; the exit status."""
    settings = written_settings()
    for name in NAMES:
        (folder / f"{name}.html").write_text(page(name, settings), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
