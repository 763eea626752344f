"""`/privacy` and `/terms`: the texts of docs/ as pages of their own. No script, nothing from elsewhere.

Type and colours are those of the page behind a join link (kaltura_discord/meetings/join_page.py).
"""

import re
from collections.abc import Mapping
from html import escape
from pathlib import Path

from infra.pages.markdown import html_of

DOCS = Path(__file__).resolve().parents[2] / "docs"
NAMES = ("privacy", "terms")

# How long CloudWatch keeps logs, and how far back the table can be restored, where Terraform is not told otherwise
# (infra/terraform/variables.tf). A deployment says its own: `make deploy` writes the pages anew.
LOG_DAYS = 30
BACKUP_DAYS = 35

# Where the operator has not said how to be reached.
NOBODY_NAMED = "Ask an administrator of your server who runs the app."

_TITLES = {"privacy": "Privacy", "terms": "Terms of use"}

_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>$title · Kaltura for Discord</title>
<style>
:root { color-scheme: light dark;
  --ground: #f2f3f5; --card: #fff; --text: #1e1f22; --quiet: #5c5e66; --line: #e3e5e8; --accent: #4752c4 }
@media (prefers-color-scheme: dark) {
  :root { --ground: #1e1f22; --card: #2b2d31; --text: #f2f3f5; --quiet: #b5bac1; --line: #3f4147; --accent: #a3acff }
}
* { box-sizing: border-box }
body { margin: 0; padding: 24px; background: var(--ground); color: var(--text); font: 16px/1.55 system-ui, sans-serif }
main, nav { max-width: 720px; margin: 0 auto }
main { padding: 32px; background: var(--card); border: 1px solid var(--line); border-radius: 12px;
  overflow-wrap: anywhere }
h1 { margin: 0 0 16px; font-size: 24px; line-height: 1.3 }
h2 { margin: 32px 0 8px; font-size: 18px; line-height: 1.35 }
p, ul { margin: 0 0 12px }
ul { padding-left: 20px }
li { margin-bottom: 8px }
a { color: var(--accent) }
code { font: 0.9em ui-monospace, monospace; padding: 1px 4px; border: 1px solid var(--line); border-radius: 4px }
table { width: 100%; margin: 0 0 12px; border-collapse: collapse; table-layout: fixed; font-size: 15px }
th, td { padding: 8px 12px 8px 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top }
th { color: var(--quiet); font-weight: 600 }
th:first-child { width: 42% }
th:last-child { width: 26% }
nav { padding: 16px 32px; color: var(--quiet); font-size: 14px }
nav a { margin-right: 16px }
@media (max-width: 560px) {
  body { padding: 12px }
  main { padding: 20px }
  nav { padding: 16px 20px }
  thead { display: none }
  tr { display: block; padding: 8px 0; border-bottom: 1px solid var(--line) }
  td { display: block; padding: 2px 0; border: 0 }
  td::before { content: attr(data-of) ": "; color: var(--quiet) }
  td:first-child::before { content: "" }
}
@media print {
  body { padding: 0; background: none }
  main { max-width: none; padding: 0; border: 0 }
  nav { display: none }
  tr { break-inside: avoid }
}
</style>
</head>
<body>
<main>
$text
</main>
<nav aria-label="Pages"><a href="/privacy">Privacy</a><a href="/terms">Terms of use</a></nav>
</body>
</html>
"""


def page(name: str, settings: Mapping[str, str]) -> str:
    """The page `privacy` or `terms`, with whoever runs the app as the operator's settings say."""
    text = (DOCS / f"{name}.md").read_text(encoding="utf-8")
    for place, words in _words(settings).items():
        text = text.replace(f"{{{place}}}", words)
    return _PAGE.replace("$title", escape(_TITLES[name])).replace("$text", html_of(text))


def write_pages(folder: Path, settings: Mapping[str, str]) -> None:
    """Both, beside the Activity's built files."""
    for name in NAMES:
        (folder / f"{name}.html").write_text(page(name, settings), encoding="utf-8")


def unnamed(settings: Mapping[str, str]) -> list[str]:
    """What the operator has not said of themselves; Discord's verification wants it."""
    return [name for name in ("OPERATOR_NAME", "OPERATOR_CONTACT") if not settings.get(name, "").strip()]


def _words(settings: Mapping[str, str]) -> dict[str, str]:
    name, contact = (_one_line(settings.get(each, "")) for each in ("OPERATOR_NAME", "OPERATOR_CONTACT"))
    return {
        "app": "Kaltura for Discord",
        "operator": name or "whoever offers it to your server",
        "contact": f"Write to {_address(contact)}." if contact else NOBODY_NAMED,
        "log_days": settings.get("TF_VAR_log_retention_days") or str(LOG_DAYS),
        "backup_days": settings.get("TF_VAR_backup_days") or str(BACKUP_DAYS),
    }


def _address(contact: str) -> str:
    if re.fullmatch(r"https://[^\s()\[\]]+", contact):
        return f"[{contact}]({contact})"
    return f"[{contact}](mailto:{contact})" if re.fullmatch(r"[^\s@()]+@[^\s@()]+", contact) else contact


def _one_line(words: str) -> str:
    return " ".join(words.split())
