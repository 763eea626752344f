"""Entry ids in what people write: a bare id, or a link to Kaltura in any of its usual forms. Pure; no link is followed.

    …/playManifest/entryId/{id}/…                        a stream
    …/embedPlaykitJs/uiconf_id/1?iframeembed=true&entry_id={id}    a player, as a page or in a frame
    …/index.php/extwidget/preview/…/entry_id/{id}/…      a preview page
    …/index.php/kwidget/…/entry_id/{id}                  an older player
    …/media/{title}/{id}   …/media/t/{id}                a page of MediaSpace or of an event's site
    …/id/{id}   …/playlist/…/{id}                        likewise

(Kaltura docs: Player Embed, playManifest; Kaltura server: extwidget and kwidget actions; MediaSpace as seen.)

Only links to Kaltura's own hosts count, and to those that the operator names. Which video it is, and whether this
server may see it, is asked of Kaltura afterwards; a link is only somebody's word.
"""

import re
from collections.abc import Iterable
from itertools import pairwise
from urllib.parse import SplitResult, parse_qsl, urlsplit

_KALTURA = "kaltura.com"
_NAMES = frozenset({"entry_id", "entryid"})

# What Kaltura makes: the number of a data centre, an underscore, letters and digits. Old accounts have others, which
# only count where the link itself says that they are one.
_MADE_BY_KALTURA = re.compile(r"[0-9]_[a-z0-9]{4,18}")
_SAID_TO_BE_ONE = re.compile(r"[A-Za-z0-9_]{4,20}")

_LINK = re.compile(r"https?://[^\s<>\"'`]{4,2000}", re.IGNORECASE)
# Marks of a sentence, or of Discord's markdown, that stand after a link and not in it.
_AFTER_A_LINK = ".,;:!?*~|)]}"


def entry_id_of(typed: str, hosts: Iterable[str] = ()) -> str:
    """The entry that `typed` names: an id, or the first link with one; empty where it names none.

    `hosts` are those beside Kaltura's own whose links count, with their port where that is not the usual one.
    """
    if _MADE_BY_KALTURA.fullmatch(typed):
        return typed
    return next(iter(entry_ids_in(typed, hosts)), "")


def entry_ids_in(text: str, hosts: Iterable[str] = ()) -> tuple[str, ...]:
    """The entries that links in `text` lead to, each once, in their order."""
    own_hosts = frozenset(host.lower() for host in hosts)
    found = [_entry_id(link.group().rstrip(_AFTER_A_LINK), own_hosts) for link in _LINK.finditer(text)]
    return tuple(dict.fromkeys(entry_id for entry_id in found if entry_id))


def host_of(address: str) -> str:
    """The host of an address of ours, with its port; empty where there is none."""
    return urlsplit(address).netloc.lower()


def _entry_id(link: str, hosts: frozenset[str]) -> str:
    try:
        parts = urlsplit(link)
    except ValueError:  # brackets that hold no address
        return ""
    if not _is_kaltura(parts.netloc.lower(), hosts):
        return ""
    return _in_query(parts) or _in_path(parts.path)


def _is_kaltura(host: str, hosts: frozenset[str]) -> bool:
    # What stands before an @ is a name to log in with, and only looks like the host.
    if "@" in host:
        return False
    return host in hosts or host == _KALTURA or host.endswith(f".{_KALTURA}")


def _in_query(parts: SplitResult) -> str:
    # An embed code that was pasted as it stands in a page.
    query = parts.query.replace("&amp;", "&")
    for name, value in parse_qsl(query):
        if name.lower() in _NAMES and _SAID_TO_BE_ONE.fullmatch(value):
            return value
    return ""


def _in_path(path: str) -> str:
    segments = path.split("/")
    for name, value in pairwise(segments):
        if name.lower() in _NAMES and _SAID_TO_BE_ONE.fullmatch(value):
            return value
    # A playlist's own id stands before that of its video.
    return next((segment for segment in reversed(segments) if _MADE_BY_KALTURA.fullmatch(segment)), "")
