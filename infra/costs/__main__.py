"""`make costs`: write the tables of docs/cost.md anew, from counts, prices and assumptions."""

import sys

from infra.costs.page import PAGE, page_of


def main() -> int:
    """Write them; the exit status."""
    PAGE.write_text(page_of(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    print("Written: docs/cost.md")
    return 0


if __name__ == "__main__":
    sys.exit(main())
