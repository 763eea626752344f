"""The player page: what `embedPlaykitJs/...?iframeembed=true` shows inside an iframe.

The picture is the page. Safari and recent Chromium play the HLS manifest themselves; others get the mp4 of the same
frames.
"""

from dataclasses import dataclass
from html import escape
from typing import Final

from .pages import page

_STYLE: Final = """
html, body { height: 100%; overflow: hidden; background: #000; }
main { position: fixed; inset: 0; display: grid; place-items: center; background: #000; }
video { width: 100%; height: 100%; object-fit: contain; background: #000; }
.title { position: absolute; inset: 0 0 auto; padding: 1.1rem 1.4rem 3rem; font-weight: 600; font-size: 1.05rem;
  background: linear-gradient(#000c, #0000); pointer-events: none; transition: opacity .3s;
  display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; overflow: hidden; }
.playing .title { opacity: 0; }
main:hover .title, main:focus-within .title { opacity: 1; }
.play { position: absolute; width: 5rem; height: 5rem; border: 0; border-radius: 50%; cursor: pointer;
  background: #5865f2; color: #fff; display: grid; place-items: center; box-shadow: 0 6px 30px #0008; }
.play:hover { background: #4752c4; }
.play svg { width: 2rem; height: 2rem; margin-left: .3rem; fill: currentColor; }
.playing .play { display: none; }
.notice { max-width: 26rem; padding: 2rem; text-align: center; }
.notice h1 { font-size: 1.4rem; }
.notice p { margin-top: .6rem; }
"""

_SCRIPT: Final = """
const stage = document.querySelector('main');
const video = document.querySelector('video');
const button = document.querySelector('.play');
if (video) {
  if (video.dataset.start) video.currentTime = Number(video.dataset.start);
  video.addEventListener('play', () => stage.classList.add('playing'));
  video.addEventListener('ended', () => stage.classList.remove('playing'));
  button.addEventListener('click', () => video.play());
}
"""


@dataclass(frozen=True, slots=True)
class Playable:
    """What the page plays; `captions` is the address of a WebVTT file, `start` seconds from the beginning.

    A broadcast has no `manifest` here: Chromium's own HLS player (156) stays at 0 with a live playlist, so the page
    plays the mp4 of the same frames in a loop.
    """

    title: str
    poster: str
    manifest: str | None
    progressive: str
    captions: str | None
    start: float


def player_page(playable: Playable) -> str:
    """The page that plays."""
    sources = [f'<source src="{escape(playable.progressive)}" type="video/mp4">']
    if playable.manifest:
        sources.insert(0, f'<source src="{escape(playable.manifest)}" type="application/vnd.apple.mpegurl">')
    track = ""
    if playable.captions:
        track = f'<track kind="captions" srclang="en" label="English" src="{escape(playable.captions)}">'
    start = f' data-start="{playable.start}"' if playable.start else ""
    loop = "" if playable.manifest else " loop"
    body = (
        f'<main><video controls playsinline preload="metadata" crossorigin="anonymous" '
        f'poster="{escape(playable.poster)}"{start}{loop}>{"".join(sources)}{track}</video>'
        f'<div class="title" dir="auto">{escape(playable.title)}</div>'
        '<button class="play" type="button" aria-label="Play">'
        '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M6 3.5v17l14-8.5z"/></svg></button></main>'
    )
    return page(playable.title, body, _STYLE, _SCRIPT)


def unavailable_page(headline: str, advice: str) -> str:
    """The page where nothing can be played, and why."""
    notice = f'<div class="notice"><h1>{escape(headline)}</h1><p class="soft">{escape(advice)}</p></div>'
    return page(headline, f"<main>{notice}</main>", _STYLE)
