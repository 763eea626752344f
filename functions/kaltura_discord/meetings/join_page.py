"""The page behind a join link that lets nobody in: one sentence, what to do next. Works without JavaScript."""

from html import escape

from kaltura_discord.meetings.errors import (
    LinkExpired,
    MeetingError,
    MeetingNotFound,
    MeetingNotRunning,
    NotNow,
    NotTheirs,
    TooOften,
)

# The answer may bear a session in its Location; nobody may keep it or pass it on.
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
}

_STATUSES: dict[type[MeetingError], int] = {
    LinkExpired: 404,
    MeetingNotFound: 404,
    MeetingNotRunning: 410,
    NotTheirs: 403,
    TooOften: 429,
    NotNow: 503,
}

_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark;
  --ground: #f2f3f5; --card: #fff; --text: #1e1f22; --quiet: #5c5e66; --line: #e3e5e8 }}
@media (prefers-color-scheme: dark) {{
  :root {{ --ground: #1e1f22; --card: #2b2d31; --text: #f2f3f5; --quiet: #b5bac1; --line: #3f4147 }}
}}
* {{ box-sizing: border-box }}
body {{ margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 24px;
  background: var(--ground); color: var(--text); font: 16px/1.5 system-ui, sans-serif }}
main {{ max-width: 460px; padding: 32px; background: var(--card); border: 1px solid var(--line); border-radius: 12px }}
h1 {{ margin: 0 0 8px; font-size: 20px; line-height: 1.3 }}
p {{ margin: 0; color: var(--quiet); overflow-wrap: anywhere }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p dir="auto">{sentence}</p>
</main>
</body>
</html>
"""

_TITLES: dict[type[MeetingError], str] = {
    LinkExpired: "This link has expired",
    MeetingNotRunning: "This meeting has ended",
    NotTheirs: "This meeting is closed to you",
    TooOften: "One moment, please",
    NotNow: "One moment, please",
}


def refusal_page(error: MeetingError) -> str:
    """The page for why somebody was not let in."""
    title = _TITLES.get(type(error), "This meeting can't be joined")
    return _PAGE.format(title=escape(title), sentence=escape(error.sentence))


def status_of(error: MeetingError) -> int:
    """The HTTP status for why somebody was not let in."""
    return _STATUSES.get(type(error), 409)
