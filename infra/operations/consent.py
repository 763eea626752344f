"""Whether the operator means it: asked once what happens has been shown."""

from collections.abc import Collection


def typed_consent(question: str, answers: Collection[str]) -> bool:
    """Whether the operator types one of the answers. Where nobody can be asked, nobody agrees."""
    try:
        return input(question).strip() in answers
    except EOFError:
        print("\nNobody is there to answer. To go on without being asked, add YES=1.")
        return False


def given_without_asking(_: str, __: Collection[str]) -> bool:
    """For who has said YES=1."""
    return True
