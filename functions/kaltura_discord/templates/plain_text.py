"""Text of people made fit for a place: cut to a length, on one line, without characters that deceive.

Lengths are counted in UTF-16 units, the strictest way a client may count, so what we send is never refused.
"""

import unicodedata

ELLIPSIS = "…"

# Embeddings and overrides let a title reorder the sentence around it; isolates are ours to set.
_BIDIRECTIONAL_CONTROLS = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_ZERO_WIDTH_JOINER = "\u200d"
_FIRST_STRONG_ISOLATE = "\u2068"
_POP_DIRECTIONAL_ISOLATE = "\u2069"


def one_line(text: str) -> str:
    """`text` on one line: control characters, direction overrides and runs of white space removed."""
    kept = [character for character in text if not _is_unwanted(character)]
    return " ".join("".join(kept).split())


def shorten(text: str, limit: int) -> str:
    """`text` with at most `limit` UTF-16 units, ending in an ellipsis where something was cut.

    A flag, a family or an accented letter made of several code points is never cut in two.
    """
    if utf16_length(text) <= limit:
        return text
    return cut(text, limit - utf16_length(ELLIPSIS)) + ELLIPSIS


def cut(text: str, limit: int) -> str:
    """As much of `text` as fits into `limit` UTF-16 units, with nothing added."""
    kept = ""
    for cluster in _clusters(text):
        if utf16_length(kept) + utf16_length(cluster) > limit:
            break
        kept += cluster
    return kept.strip()


def is_visible(text: str) -> bool:
    """Whether there is anything to be seen: a letter, number, punctuation mark or symbol."""
    return any(unicodedata.category(character)[0] in "LNPS" for character in text)


def isolate(text: str) -> str:
    """`text`, wrapped so that right-to-left letters in it cannot reorder the sentence around it."""
    if any(unicodedata.bidirectional(character) in ("R", "AL") for character in text):
        return f"{_FIRST_STRONG_ISOLATE}{text}{_POP_DIRECTIONAL_ISOLATE}"
    return text


def utf16_length(text: str) -> int:
    """How many UTF-16 units `text` takes."""
    return len(text) + sum(1 for character in text if character > "\uffff")


def _is_unwanted(character: str) -> bool:
    if character in _BIDIRECTIONAL_CONTROLS:
        return True
    # Cc: control characters; Cs: lone surrogates, which no UTF-8 text can hold.
    return unicodedata.category(character) in ("Cc", "Cs") and not character.isspace()


def _clusters(text: str) -> list[str]:
    clusters: list[str] = []
    for character in text:
        if clusters and _continues(clusters[-1], character):
            clusters[-1] += character
        else:
            clusters.append(character)
    return clusters


def _continues(cluster: str, character: str) -> bool:
    if cluster.endswith(_ZERO_WIDTH_JOINER) or character == _ZERO_WIDTH_JOINER:
        return True
    # Skin tones, and the tags that make a flag of a region (England, Scotland, Wales).
    is_modifier = "\U0001f3fb" <= character <= "\U0001f3ff" or "\U000e0020" <= character <= "\U000e007f"
    is_second_of_flag = _is_flag_letter(character) and len(cluster) == 1 and _is_flag_letter(cluster)
    return is_modifier or is_second_of_flag or unicodedata.category(character) in ("Mn", "Me", "Mc")


def _is_flag_letter(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"
