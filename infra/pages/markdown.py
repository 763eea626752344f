"""As much of Markdown as our two texts use, as HTML: headings, paragraphs, lists, tables, links, bold, code."""

import re
from collections.abc import Iterator
from html import escape

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_LINK = re.compile(r"\[([^\]]+)\]\(((?:https?://|mailto:|/)[^)\s]*)\)")
# A page of docs/ is served without its folder and its ending.
_PAGE = re.compile(r"\]\((\w+)\.md\)")
_BOLD = re.compile(r"\*\*([^*]+)\*\*")
_CODE = re.compile(r"`([^`]+)`")


def html_of(markdown: str) -> str:
    """The text as HTML; everything that is no mark-up of ours is escaped."""
    text = _PAGE.sub(r"](/\1)", _COMMENT.sub("", markdown)).strip()
    return "\n".join(_block(block) for block in re.split(r"\n{2,}", text))


def _block(block: str) -> str:
    lines = block.split("\n")
    heading = re.fullmatch(r"(#{1,3}) (.+)", block)
    if heading:
        level = len(heading[1])
        return f"<h{level}>{_inline(heading[2])}</h{level}>"
    if block.startswith("- "):
        return "<ul>" + "".join(f"<li>{_inline(item)}</li>" for item in _items(lines)) + "</ul>"
    if block.startswith("| "):
        return _table([_cells(line) for line in lines])
    return f"<p>{_inline(' '.join(lines))}</p>"


def _items(lines: list[str]) -> Iterator[str]:
    """The points of a list; a line that begins none goes on with the one above."""
    item = ""
    for line in lines:
        if line.startswith("- "):
            if item:
                yield item
            item = line.removeprefix("- ")
        else:
            item += f" {line.strip()}"
    yield item


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def _table(rows: list[list[str]]) -> str:
    head, _, *body = rows
    top = "".join(f'<th scope="col">{_inline(cell)}</th>' for cell in head)
    # On a phone each row is a card of its own, whose parts say which column they are.
    under = "".join(f"<tr>{_row(head, row)}</tr>" for row in body)
    return f"<table><thead><tr>{top}</tr></thead><tbody>{under}</tbody></table>"


def _row(head: list[str], row: list[str]) -> str:
    cells = zip(head, row, strict=True)
    return "".join(f'<td data-of="{escape(of)}">{_inline(cell)}</td>' for of, cell in cells)


def _inline(text: str) -> str:
    text = escape(text)
    text = _LINK.sub(r'<a href="\2">\1</a>', text)
    text = _BOLD.sub(r"<strong>\1</strong>", text)
    return _CODE.sub(r"<code>\1</code>", text)
