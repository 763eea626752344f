"""What KAF's pages look like: the room with a tile for everybody who came in, and the page of a refusal."""

import json
from dataclasses import dataclass
from html import escape
from typing import Any, Final

from .pages import page

_STYLE: Final = """
main { max-width: 64rem; margin: 0 auto; padding: 2.5rem 1.5rem 4rem; }
.top { display: flex; gap: 1rem; align-items: center; flex-wrap: wrap; margin-bottom: .75rem; }
.kind { display: inline-flex; gap: .5rem; align-items: center; font-size: .875rem; color: var(--soft);
  border: 1px solid var(--line); border-radius: 999px; padding: .2rem .8rem; }
.kind i { width: .55rem; height: .55rem; border-radius: 50%; background: var(--good); }
.you { margin-top: 1.25rem; padding: .9rem 1.1rem; border-radius: 12px; border: 1px solid #39419c;
  background: #20244a; }
.count { margin: 2rem 0 .75rem; color: var(--soft); font-size: .95rem; font-weight: 500; }
.tiles { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(12.5rem, 1fr));
  list-style: none; padding: 0; margin: 0; }
.tile { background: var(--card); border: 1px solid var(--line); border-radius: 16px; padding: 1.6rem 1rem 1.2rem;
  text-align: center; min-height: 11.5rem; }
.tile.me { border-color: var(--accent); box-shadow: 0 0 0 1px var(--accent); }
.avatar { width: 4.25rem; height: 4.25rem; border-radius: 50%; margin: 0 auto .9rem; display: grid;
  place-items: center; font-size: 1.45rem; font-weight: 600; color: #fff; }
.name { font-weight: 600; overflow-wrap: anywhere; line-height: 1.3; }
.role { margin-top: .3rem; font-size: .875rem; color: var(--soft); }
.role.moderator { color: #c3c8ff; }
.foot { margin-top: 2.5rem; padding-top: 1rem; border-top: 1px solid var(--line); }
.middle { min-height: 100vh; display: grid; place-items: center; padding: 2rem 1.5rem; }
.refusal { max-width: 28rem; text-align: center; }
.refusal .sign { width: 3.5rem; height: 3.5rem; margin: 0 auto 1.25rem; border-radius: 50%; display: grid;
  place-items: center; background: #3a2326; color: #ff9b9b; font-size: 1.6rem; font-weight: 600; }
.refusal p { margin-top: .75rem; }
"""

# Draws the tiles anew every two seconds; the first drawing is the server's, so the page says all without it.
_SCRIPT: Final = """
const room = JSON.parse(document.getElementById('room').textContent);
const colours = room.colours;
function hue(text) { let sum = 0; for (const c of text) sum = (sum * 31 + c.codePointAt(0)) >>> 0; return sum; }
function initials(name) {
  const words = name.trim().split(/\\s+/);
  const picked = words.length > 1 ? [words[0], words[words.length - 1]] : [words[0]];
  return picked.map((word) => [...word][0] ?? '').join('').toUpperCase();
}
function tile(person) {
  const item = document.createElement('li');
  item.className = person.user_id === room.me ? 'tile me' : 'tile';
  const parts = [['avatar', initials(person.name)], ['name', person.name],
    [person.moderator ? 'role moderator' : 'role', person.moderator ? 'Moderator' : 'Attendee']];
  for (const [name, text] of parts) {
    const part = document.createElement('div');
    part.className = name;
    part.textContent = text;
    if (name === 'name') part.dir = 'auto';
    if (name === 'avatar') {
      part.style.background = colours[hue(person.user_id) % colours.length];
      part.setAttribute('aria-hidden', 'true');
    }
    item.append(part);
  }
  return item;
}
let shown = JSON.stringify(room.people);
async function refresh() {
  try {
    const answer = await fetch(room.address, { cache: 'no-store' });
    const people = await answer.json();
    if (!answer.ok || JSON.stringify(people) === shown) return;
    shown = JSON.stringify(people);
    document.getElementById('tiles').replaceChildren(...people.map(tile));
    document.getElementById('count').textContent =
      people.length === 1 ? '1 person came in' : people.length + ' people came in';
  } catch { /* the next round tries again */ }
}
setInterval(refresh, 2000);
"""

_COLOURS: Final = ("#4752c4", "#2d7d46", "#a8456b", "#8a5a1f", "#1f6f8b", "#7a4bb0", "#b0483f", "#3d6b57")


@dataclass(frozen=True, slots=True)
class RoomView:
    """What the page of a room says about the room and about the person who looks."""

    room_id: str
    title: str
    kind: str
    user_id: str
    name: str
    moderator: bool
    can_be_recorded: bool = False


def room_page(view: RoomView, people: list[dict[str, Any]]) -> str:
    """The room as one person sees it; `people` as `/kaf/people/{room}` gives them."""
    role = "moderator" if view.moderator else "attendee"
    count = "1 person came in" if len(people) == 1 else f"{len(people)} people came in"
    tiles = "".join(_tile(person, person["user_id"] == view.user_id) for person in people)
    body = (
        f'<main><div class="top"><span class="kind"><i></i>{escape(view.kind)}</span></div>'
        f'<h1 dir="auto">{escape(view.title)}</h1>'
        f'<p class="you">You came in as <strong dir="auto">{escape(view.name)}</strong> ({role}).</p>'
        f'<h2 class="count" id="count" aria-live="polite">{count}</h2>'
        f'<ul class="tiles" id="tiles">{tiles}</ul>'
        f"{_recording_button(view)}"
        '<p class="foot soft small">Simulated Kaltura room. Camera and microphone stay off here; '
        "the page shows who came in, and as what.</p></main>"
        f'<script type="application/json" id="room">{_data(view, people)}</script>'
    )
    return page(f"{view.title} · {view.kind}", body, _STYLE, _SCRIPT)


def _recording_button(view: RoomView) -> str:
    """For moderators. The page's own address holds a session, so it is left for the overview and not come back to."""
    if not (view.moderator and view.can_be_recorded):
        return ""
    action = f"/rooms/{escape(view.room_id)}/finish-recording"
    return f'<form method="post" action="{action}"><button class="button">Finish recording</button></form>'


def _data(view: RoomView, people: list[dict[str, Any]]) -> str:
    data = {"me": view.user_id, "address": f"/kaf/people/{view.room_id}", "people": people, "colours": _COLOURS}
    # A script element ends at the first `</`, whatever JSON says.
    return json.dumps(data).replace("<", "\\u003c")


def _tile(person: dict[str, Any], is_me: bool) -> str:
    name = str(person["name"])
    role = "Moderator" if person["moderator"] else "Attendee"
    colour = _COLOURS[_number(str(person["user_id"])) % len(_COLOURS)]
    return (
        f'<li class="tile{" me" if is_me else ""}">'
        f'<div class="avatar" style="background:{colour}" aria-hidden="true">{escape(_initials(name))}</div>'
        f'<div class="name" dir="auto">{escape(name)}</div>'
        f'<div class="role{" moderator" if person["moderator"] else ""}">{role}</div></li>'
    )


def _initials(name: str) -> str:
    words = name.split() or ["?"]
    picked = [words[0], words[-1]] if len(words) > 1 else [words[0]]
    return "".join(word[0] for word in picked).upper()


def _number(text: str) -> int:
    """The same sum as the page's `hue`, so that a colour stays when the page draws anew."""
    total = 0
    for character in text:
        total = (total * 31 + ord(character)) & 0xFFFFFFFF
    return total


def refusal_page(headline: str, advice: str) -> str:
    """What KAF shows to somebody whom it does not let in."""
    body = (
        '<main class="middle"><div class="refusal"><div class="sign" aria-hidden="true">!</div>'
        f'<h1>{escape(headline)}</h1><p class="soft">{escape(advice)}</p></div></main>'
    )
    return page(headline, body, _STYLE)
