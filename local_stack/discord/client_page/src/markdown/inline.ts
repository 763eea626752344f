/**
 * Markdown within a line: a list of rules, tried in order at each position; the first that fits is taken,
 * and its inside is read the same way. What fits no rule is text. (Discord's client works so too, with
 * simple-markdown; the patterns follow what it shows, not CommonMark.)
 */

import type { Inline } from './syntax_tree';

interface Rule {
  /** Sticky: it is tried at one position only. */
  pattern: RegExp;
  /** `null` where the pattern fits but the rule doesn't apply after all. */
  read(match: RegExpExecArray, context: Context): Inline | null;
}

interface Context {
  /** Links inside of links aren't. */
  insideLink: boolean;
  depth: number;
}

/** Nobody nests deeper by hand; deeper text stays as it is typed. */
const DEEPEST = 12;

const ESCAPE: Rule = {
  pattern: /\\([^0-9A-Za-z\s])/y,
  read: (match) => ({ kind: 'text', text: match[1] ?? '' }),
};

const CODE: Rule = {
  pattern: /(`+)([\s\S]*?[^`])\1(?!`)/y,
  read: (match) => ({ kind: 'code', text: (match[2] ?? '').replace(/^ (?=[\s\S]* $)([\s\S]*) $/, '$1') }),
};

function nested(kind: 'strong' | 'emphasis' | 'underline' | 'strike' | 'spoiler', pattern: RegExp): Rule {
  return {
    pattern,
    read: (match, context) => {
      const inside = match[1] ?? match[2] ?? '';
      return { kind, children: inlinesWithin(inside, { ...context, depth: context.depth + 1 }) };
    },
  };
}

const STRONG = nested('strong', /\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)/y);
const UNDERLINE = nested('underline', /__((?:\\[\s\S]|[^\\])+?)__(?!_)/y);
const STRIKE = nested('strike', /~~(?=\S)((?:\\[\s\S]|[^\\])*?\S)~~(?!~)/y);
const SPOILER = nested('spoiler', /\|\|((?:\\[\s\S]|[^\\])+?)\|\|/y);
const STAR_EMPHASIS = nested(
  'emphasis',
  /\*(?=\S)((?:\*\*|\\[\s\S]|\s+(?:\\[\s\S]|[^\s*\\]|\*\*)|[^\s*\\])+?)\*(?!\*)/y,
);
const LOW_LINE_EMPHASIS = nested(
  'emphasis',
  /(?<![\p{L}\p{N}_])_((?:__|\\[\s\S]|[^\\_])+?)_(?![\p{L}\p{N}_])/uy,
);

const MENTION_KINDS: Record<string, 'user' | 'role' | 'channel'> = {
  '@': 'user',
  '@!': 'user',
  '@&': 'role',
  '#': 'channel',
};

const MENTION: Rule = {
  pattern: /<(@!?|@&|#)(\d{15,20})>/y,
  read: (match) => {
    const kind = MENTION_KINDS[match[1] ?? ''];
    return kind === undefined ? null : { kind, id: match[2] ?? '' };
  },
};

const EVERYONE: Rule = {
  pattern: /@everyone|@here/y,
  read: (match) => ({ kind: 'everyone', text: match[0] === '@here' ? '@here' : '@everyone' }),
};

const COMMAND: Rule = {
  pattern: /<\/([^:>\n]{1,100}):(\d{15,20})>/y,
  read: (match) => ({ kind: 'command', name: match[1] ?? '', id: match[2] ?? '' }),
};

const TIME: Rule = {
  pattern: /<t:(-?\d{1,13})(?::([tTdDfFsSR]))?>/y,
  read: (match) => ({ kind: 'time', at: Number(match[1]), style: match[2] ?? 'f' }),
};

const CUSTOM_EMOJI: Rule = {
  pattern: /<(a?):(\w{2,32}):(\d{15,20})>/y,
  read: (match) => ({
    kind: 'customEmoji',
    name: match[2] ?? '',
    id: match[3] ?? '',
    animated: match[1] === 'a',
  }),
};

/** An address that may be opened: http or https, and well formed. */
export function safeUrl(address: string): string | null {
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address)) {
    return null;
  }
  return address;
}

const MASKED_LINK: Rule = {
  pattern:
    /\[((?:\[[^\]\n]*\]|\\[\s\S]|[^[\]\\\n])+)\]\(\s*<?((?:[^\s()<>]|\([^\s()<>]*\))+)>?(?:\s+"([^"\n]*)")?\s*\)/y,
  read: (match, context) => {
    const url = safeUrl(match[2] ?? '');
    if (url === null || context.insideLink) {
      return null;
    }
    const inside = { insideLink: true, depth: context.depth + 1 };
    return { kind: 'link', url, title: match[3] ?? null, children: inlinesWithin(match[1] ?? '', inside) };
  },
};

function plainLink(url: string, context: Context): Inline | null {
  if (context.insideLink || safeUrl(url) === null) {
    return null;
  }
  return { kind: 'link', url, title: null, children: [{ kind: 'text', text: url }] };
}

const BRACKETED_LINK: Rule = {
  pattern: /<(https?:\/\/[^\s<>]+)>/iy,
  read: (match, context) => plainLink(match[1] ?? '', context),
};

const BARE_LINK: Rule = {
  pattern: /https?:\/\/(?:[^\s<()]|\([^\s<()]*\))+/iy,
  read: (match, context) => {
    // A link ends before the full stop of its sentence.
    const url = match[0].replace(/[.,:;"'\]*_~|]+$/, '');
    match[0] = url;
    return plainLink(url, context);
  },
};

const RULES: Rule[] = [
  ESCAPE,
  CODE,
  BRACKETED_LINK,
  MENTION,
  COMMAND,
  TIME,
  CUSTOM_EMOJI,
  EVERYONE,
  MASKED_LINK,
  BARE_LINK,
  STRONG,
  UNDERLINE,
  STAR_EMPHASIS,
  LOW_LINE_EMPHASIS,
  STRIKE,
  SPOILER,
];

/** Characters at which a rule may begin; all between them is text and passed over at once. */
const PLAIN = /[^\\`<@[h*_~|]+/iy;

function readAt(source: string, position: number, context: Context): [Inline, number] | null {
  for (const rule of RULES) {
    rule.pattern.lastIndex = position;
    const match = rule.pattern.exec(source);
    if (match === null) {
      continue;
    }
    const inline = rule.read(match, context);
    if (inline !== null) {
      return [inline, match[0].length];
    }
  }
  return null;
}

function addText(inlines: Inline[], text: string): void {
  const last = inlines.at(-1);
  if (last?.kind === 'text') {
    last.text += text;
  } else {
    inlines.push({ kind: 'text', text });
  }
}

function inlinesWithin(source: string, context: Context): Inline[] {
  const inlines: Inline[] = [];
  if (context.depth > DEEPEST) {
    return [{ kind: 'text', text: source }];
  }
  let position = 0;
  while (position < source.length) {
    PLAIN.lastIndex = position;
    const plain = PLAIN.exec(source)?.[0];
    if (plain !== undefined) {
      addText(inlines, plain);
      position += plain.length;
      continue;
    }
    const read = readAt(source, position, context);
    if (read === null) {
      addText(inlines, source.charAt(position));
      position += 1;
      continue;
    }
    const [inline, length] = read;
    if (inline.kind === 'text') {
      addText(inlines, inline.text);
    } else {
      inlines.push(inline);
    }
    position += length;
  }
  return inlines;
}

/** The markdown of one or several lines, without headings, lists and other blocks. */
export function parseInline(source: string): Inline[] {
  return inlinesWithin(source, { insideLink: false, depth: 0 });
}
