"""The look that all pages of the simulated Kaltura share: dark, quiet, system type, nothing from outside."""

from html import escape
from typing import Final

STYLE: Final = """
:root { color-scheme: dark; --page: #0f1116; --card: #181b22; --line: #2a2e38; --text: #f2f3f5; --soft: #a3a9b5;
  --accent: #5865f2; --good: #3ba55d; --warn: #d9a441; }
* { box-sizing: border-box; }
html { height: 100%; }
body { margin: 0; min-height: 100%; background: var(--page); color: var(--text);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
h1 { font-size: 1.9rem; line-height: 1.25; margin: 0; font-weight: 650; letter-spacing: -0.01em;
  overflow-wrap: anywhere; }
p { margin: 0; }
.soft { color: var(--soft); }
.small { font-size: .875rem; }
.button { font: inherit; font-size: .875rem; font-weight: 500; margin-top: .75rem; padding: .4rem .9rem;
  min-height: 2.25rem;
  color: var(--text); background: transparent; border: 1px solid #4a5060; border-radius: 8px; cursor: pointer; }
.button:hover { background: var(--line); }
a { color: #8ea1ff; }
:focus-visible { outline: 2px solid #8ea1ff; outline-offset: 3px; border-radius: 6px; }
@media (prefers-reduced-motion: reduce) { * { animation: none !important; transition: none !important; } }
@media print { :root { --page: #fff; --card: #fff; --line: #ccc; --text: #111; --soft: #555; } }
"""


def page(title: str, body: str, style: str = "", script: str = "") -> str:
    """A whole HTML document; `title` is escaped here, `body` is not."""
    script_tag = f"<script>{script}</script>" if script else ""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer"><link rel="icon" href="data:,">'
        f"<title>{escape(title)}</title><style>{STYLE}{style}</style></head>"
        f"<body>{body}{script_tag}</body></html>"
    )
