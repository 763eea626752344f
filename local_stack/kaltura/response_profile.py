"""`responseProfile`: the caller names the fields that it wants (type 1) or does not want (type 2)."""

from typing import Any

_INCLUDE = 1


def trimmed(answer: Any, profile: Any) -> Any:
    """The answer with only the fields that the profile lets through; of a list response, its objects are trimmed."""
    if not isinstance(profile, dict) or not profile.get("fields"):
        return answer
    names = {name.strip() for name in str(profile["fields"]).split(",")}
    include = str(profile.get("type", _INCLUDE)) == str(_INCLUDE)
    if isinstance(answer, dict) and "objects" in answer:
        return {**answer, "objects": [_trim(item, names, include) for item in answer["objects"]]}
    return _trim(answer, names, include)


def _trim(item: Any, names: set[str], include: bool) -> Any:
    if not isinstance(item, dict) or "objectType" not in item:
        return item
    return {name: value for name, value in item.items() if name == "objectType" or (name in names) == include}
