/**
 * Markdown of whole lines: code blocks first (nothing in them is markdown), then line by line headings,
 * subtext, quotes and lists. Lines that are none of these make a paragraph, which keeps its line breaks.
 */

import { parseInline } from './inline';
import type { Block } from './syntax_tree';

const CODE_BLOCK = /(?<!\\)```(?:([\w+.-]+)\n)?\n*([\s\S]+?)\n*```/g;
const HEADING = /^(#{1,3})[ \t]+(\S.*)$/;
const SUBTEXT = /^-#[ \t]+(\S.*)$/;
const QUOTE = /^>[ \t](.*)$/;
const QUOTE_REST = /^>>>[ \t]?/;
const LIST_ITEM = /^([ \t]*)(?:([-*])|(\d{1,9})\.)[ \t]+(.+)$/;

/** Lists inside of quotes inside of lists end somewhere. */
const DEEPEST = 6;

/** Where blocks of lines are collected; a paragraph grows until another block begins. */
class Collector {
  readonly blocks: Block[] = [];
  private paragraph: string[] = [];

  add(block: Block): void {
    this.endParagraph();
    this.blocks.push(block);
  }

  addLine(line: string): void {
    this.paragraph.push(line);
  }

  endParagraph(): void {
    const text = this.paragraph.join('\n');
    this.paragraph = [];
    const trimmed = text.replace(/^\n+/, '').replace(/\n+$/, '');
    if (trimmed !== '') {
      this.blocks.push({ kind: 'paragraph', children: parseInline(trimmed) });
    }
  }
}

/** The lines from `start` on that belong to the quote there. */
function quoteLength(lines: string[], start: number): number {
  let end = start;
  while (end < lines.length && QUOTE.test(lines[end] ?? '')) {
    end += 1;
  }
  return end - start;
}

interface ListLine {
  indent: number;
  ordered: boolean;
  number: number;
  text: string;
}

function listLine(line: string): ListLine | null {
  const match = LIST_ITEM.exec(line);
  if (match === null) {
    return null;
  }
  const [, space = '', , digits, text = ''] = match;
  return {
    indent: space.replaceAll('\t', '  ').length,
    ordered: digits !== undefined,
    number: digits === undefined ? 1 : Number(digits),
    text,
  };
}

function listLinesFrom(lines: string[], start: number): ListLine[] {
  const found: ListLine[] = [];
  for (const line of lines.slice(start)) {
    const item = listLine(line);
    if (item === null) {
      break;
    }
    found.push(item);
  }
  return found;
}

/** One item with the deeper indented lines below it, which are lists inside of it. */
function itemOf(line: ListLine, below: ListLine[], depth: number): Block[] {
  const item: Block[] = [{ kind: 'paragraph', children: parseInline(line.text) }];
  return below.length === 0 ? item : [...item, ...listsOf(below, depth + 1)];
}

/** The lists of the lines; where points change to numbers, another list begins. */
function listsOf(lines: ListLine[], depth: number): Block[] {
  const lists: Extract<Block, { kind: 'list' }>[] = [];
  const indent = lines[0]?.indent ?? 0;
  let position = 0;
  for (let line = lines[0]; line !== undefined; line = lines[position]) {
    let end = position + 1;
    while (end < lines.length && (lines[end]?.indent ?? 0) > indent && depth < DEEPEST) {
      end += 1;
    }
    const item = itemOf(line, lines.slice(position + 1, end), depth);
    const last = lists.at(-1);
    if (last !== undefined && last.ordered === line.ordered) {
      last.items.push(item);
    } else {
      lists.push({ kind: 'list', ordered: line.ordered, start: line.number, items: [item] });
    }
    position = end;
  }
  return lists;
}

function singleLineBlock(line: string): Block | null {
  const heading = HEADING.exec(line);
  if (heading !== null) {
    const level = Math.min(3, (heading[1] ?? '#').length) as 1 | 2 | 3;
    return { kind: 'heading', level, children: parseInline(heading[2] ?? '') };
  }
  const subtext = SUBTEXT.exec(line);
  return subtext === null ? null : { kind: 'subtext', children: parseInline(subtext[1] ?? '') };
}

/** Adds the block that begins at `position`; answers how many lines it took. */
function takeLines(collector: Collector, lines: string[], position: number, depth: number): number {
  const line = lines[position] ?? '';
  const quoted = depth < DEEPEST ? quoteLength(lines, position) : 0;
  if (quoted > 0) {
    const inside = lines.slice(position, position + quoted).map((one) => QUOTE.exec(one)?.[1] ?? '');
    collector.add({ kind: 'quote', blocks: blocksOfLines(inside.join('\n'), depth + 1) });
    return quoted;
  }
  const items = listLinesFrom(lines, position);
  if (items.length > 0) {
    for (const list of listsOf(items, 0)) {
      collector.add(list);
    }
    return items.length;
  }
  const block = singleLineBlock(line);
  if (block === null) {
    collector.addLine(line);
  } else {
    collector.add(block);
  }
  return 1;
}

function blocksOfLines(source: string, depth: number): Block[] {
  const collector = new Collector();
  const lines = source.split('\n');
  let position = 0;
  while (position < lines.length) {
    position += takeLines(collector, lines, position, depth);
  }
  collector.endParagraph();
  return collector.blocks;
}

function blocksAroundCode(source: string): Block[] {
  const blocks: Block[] = [];
  let position = 0;
  for (const match of source.matchAll(CODE_BLOCK)) {
    blocks.push(...blocksOfLines(source.slice(position, match.index), 0));
    blocks.push({ kind: 'codeBlock', language: match[1] ?? '', text: match[2] ?? '' });
    position = match.index + match[0].length;
  }
  blocks.push(...blocksOfLines(source.slice(position), 0));
  return blocks;
}

/** The markdown of a message, an embed's description or a text display. */
export function parseMarkdown(source: string): Block[] {
  const text = source.replaceAll('\r\n', '\n');
  const rest = /(?:^|\n)>>>[ \t]?/.exec(text);
  if (rest === null || isInsideCode(text, rest.index)) {
    return blocksAroundCode(text);
  }
  const quoted = text.slice(rest.index).replace(/^\n/, '').replace(QUOTE_REST, '');
  return [
    ...blocksAroundCode(text.slice(0, rest.index)),
    { kind: 'quote', blocks: blocksAroundCode(quoted) },
  ];
}

function isInsideCode(text: string, position: number): boolean {
  return [...text.matchAll(CODE_BLOCK)].some(
    (match) => match.index <= position && position < match.index + match[0].length,
  );
}
