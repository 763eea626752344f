"""The custom ids of our buttons and forms: `1:{action}:{argument}`, at most 100 characters.

The 1 is the version of this grammar. Everybody who sees a message can read them, so nothing secret stands in one, and
whatever comes back is checked against who pressed.
"""

_VERSION = "1"


def custom_id(action: str, argument: str = "") -> str:
    """The custom id of a button or form."""
    return f"{_VERSION}:{action}:{argument}"


def read_custom_id(text: str) -> tuple[str, str]:
    """The action and its argument; both empty where the id is not ours."""
    version, _, rest = text.partition(":")
    if version != _VERSION:
        return "", ""
    action, _, argument = rest.partition(":")
    return action, argument
