"""Write the pages beside the Activity's built files: `python -m infra.pages FOLDER`.

Where Discord is real, so that people read them, it is said what the operator has not told of themselves.
"""

import sys
from collections.abc import Mapping
from pathlib import Path

from infra.operations.environment import written_settings
from infra.pages.legal_pages import unnamed, write_pages


def main(folder: Path, settings: Mapping[str, str]) -> int:
    """Write them; the exit status."""
    write_pages(folder, settings)
    missing = unnamed(settings) if settings.get("DISCORD_BOT_TOKEN") else []
    if missing:
        sys.stderr.write(f"/privacy and /terms don't say who runs this: set {' and '.join(missing)} in .env.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), written_settings()))
