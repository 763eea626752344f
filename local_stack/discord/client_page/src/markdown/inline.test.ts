import { describe, expect, it } from 'vitest';
import { parseInline, safeUrl } from './inline';
import type { Inline } from './syntax_tree';

const text = (words: string): Inline => ({ kind: 'text', text: words });
const link = (url: string): Inline => ({ kind: 'link', url, title: null, children: [text(url)] });

describe('markdown within a line', () => {
  it.each<[string, string, Inline[]]>([
    ['plain words', 'just words', [text('just words')]],
    ['bold', '**b**', [{ kind: 'strong', children: [text('b')] }]],
    ['italic with stars', '*i*', [{ kind: 'emphasis', children: [text('i')] }]],
    ['italic with low lines', '_i_', [{ kind: 'emphasis', children: [text('i')] }]],
    ['underlined', '__u__', [{ kind: 'underline', children: [text('u')] }]],
    ['struck', '~~s~~', [{ kind: 'strike', children: [text('s')] }]],
    ['a spoiler', '||x||', [{ kind: 'spoiler', children: [text('x')] }]],
    ['code', '`a **b**`', [{ kind: 'code', text: 'a **b**' }]],
    ['code with a grave accent in it', '`` a`b ``', [{ kind: 'code', text: 'a`b' }]],
    [
      'bold and italic together',
      '***x***',
      [{ kind: 'strong', children: [{ kind: 'emphasis', children: [text('x')] }] }],
    ],
  ])('reads %s', (_name, source, expected) => {
    expect(parseInline(source)).toEqual(expected);
  });

  it.each([
    '2 * 3 * 4',
    'snake_case_name',
    'a ** b',
    '5 < 6',
    'x | y',
    '~tilde~',
    '[no link]',
    '**',
    '<t:soon>',
  ])('leaves %s as it is', (source) => {
    expect(parseInline(source)).toEqual([text(source)]);
  });

  it('takes a backslash before punctuation as an escape', () => {
    expect(parseInline('\\*not italic\\* \\@ C:\\dir')).toEqual([text('*not italic* @ C:\\dir')]);
  });

  it('knows mentions of people, roles, channels and commands', () => {
    expect(parseInline('<@1310000000000000001><@!1310000000000000002>')).toEqual([
      { kind: 'user', id: '1310000000000000001' },
      { kind: 'user', id: '1310000000000000002' },
    ]);
    expect(parseInline('<@&1330000000000000002>')).toEqual([{ kind: 'role', id: '1330000000000000002' }]);
    expect(parseInline('<#1340000000000000001>')).toEqual([{ kind: 'channel', id: '1340000000000000001' }]);
    expect(parseInline('</config get:1350000000000000001>')).toEqual([
      { kind: 'command', name: 'config get', id: '1350000000000000001' },
    ]);
  });

  it('knows everyone and here', () => {
    expect(parseInline('hi @everyone and @here')).toEqual([
      text('hi '),
      { kind: 'everyone', text: '@everyone' },
      text(' and '),
      { kind: 'everyone', text: '@here' },
    ]);
  });

  it('reads times with and without a style', () => {
    expect(parseInline('<t:1700000000:R>')).toEqual([{ kind: 'time', at: 1700000000, style: 'R' }]);
    expect(parseInline('<t:1700000000>')).toEqual([{ kind: 'time', at: 1700000000, style: 'f' }]);
  });

  it('reads emoji of a server', () => {
    expect(parseInline('<a:wave:1350000000000000009>')).toEqual([
      { kind: 'customEmoji', name: 'wave', id: '1350000000000000009', animated: true },
    ]);
  });

  it('makes links of addresses, without the full stop after them', () => {
    expect(parseInline('see https://example.com/a_b_c.')).toEqual([
      text('see '),
      link('https://example.com/a_b_c'),
      text('.'),
    ]);
    expect(parseInline('<https://example.com/x>')).toEqual([link('https://example.com/x')]);
    expect(parseInline('(https://example.com/a_(b))')).toEqual([
      text('('),
      link('https://example.com/a_(b)'),
      text(')'),
    ]);
  });

  it('hides an address behind words', () => {
    expect(parseInline('[**go** there](https://example.com "why")')).toEqual([
      {
        kind: 'link',
        url: 'https://example.com',
        title: 'why',
        children: [{ kind: 'strong', children: [text('go')] }, text(' there')],
      },
    ]);
  });

  it('never makes a link that runs a script', () => {
    expect(parseInline('[x](javascript:alert)')).toEqual([text('[x](javascript:alert)')]);
    expect(safeUrl('javascript:alert(1)')).toBeNull();
    expect(safeUrl('https://')).toBeNull();
    expect(safeUrl('HTTPS://example.com')).toBe('HTTPS://example.com');
  });

  it('stays quick and whole with thousands of unfinished marks', () => {
    const source = '*_~|`[<@'.repeat(500);
    const begun = performance.now();
    const words = parseInline(source);
    expect(performance.now() - begun).toBeLessThan(2000);
    expect(words.length).toBeGreaterThan(0);
  });
});
