"""A module that can't be imported."""

import no_such_package  # type: ignore[import-not-found]  # noqa: F401


def handler(event: object, context: object) -> None:
    """Never reached."""
