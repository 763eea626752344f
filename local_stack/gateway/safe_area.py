"""What Discord's phones add to the Activity's page: how far the notch and the bars reach into it.

The apps set `--discord-safe-area-inset-{top,right,bottom,left}` on the document (Discord docs: Activities - Mobile).
Here a style sheet does it, which follows the frame's shape. The sizes were reported from a phone: 48 px at the top
upright, 64 px beside it lying (embedded-app-sdk#304).
"""

from typing import Final

_UPRIGHT: Final = {"top": 48, "right": 0, "bottom": 24, "left": 0}
_LYING: Final = {"top": 0, "right": 64, "bottom": 20, "left": 0}


def _rule(insets: dict[str, int]) -> str:
    variables = "".join(f"--discord-safe-area-inset-{side}:{size}px;" for side, size in insets.items())
    return f":root{{{variables}}}"


STYLE: Final = f"<style>{_rule(_UPRIGHT)}@media (orientation:landscape){{{_rule(_LYING)}}}</style>"


def with_safe_area(page: str) -> str:
    """The page with the insets at the end of its head."""
    head, mark, rest = page.partition("</head>")
    return f"{head}{STYLE}{mark}{rest}" if mark else STYLE + page
