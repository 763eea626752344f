import { describe, expect, it } from 'vitest';
import { parseMarkdown } from './blocks';
import type { Block } from './syntax_tree';

const paragraph = (words: string): Block => ({
  kind: 'paragraph',
  children: [{ kind: 'text', text: words }],
});
const words = (text: string) => [{ kind: 'text', text }];

describe('markdown of whole lines', () => {
  it('keeps the line breaks of a paragraph', () => {
    expect(parseMarkdown('one\ntwo')).toEqual([paragraph('one\ntwo')]);
  });

  it('reads three levels of headings, and no fourth', () => {
    expect(parseMarkdown('# a\n## b\n### c\n#### d')).toEqual([
      { kind: 'heading', level: 1, children: words('a') },
      { kind: 'heading', level: 2, children: words('b') },
      { kind: 'heading', level: 3, children: words('c') },
      paragraph('#### d'),
    ]);
  });

  it('reads subtext', () => {
    expect(parseMarkdown('-# small')).toEqual([{ kind: 'subtext', children: words('small') }]);
  });

  it('reads quotes line by line, or to the end after three marks', () => {
    expect(parseMarkdown('> a\n> b\nc')).toEqual([
      { kind: 'quote', blocks: [paragraph('a\nb')] },
      paragraph('c'),
    ]);
    expect(parseMarkdown('x\n>>> a\nb')).toEqual([
      paragraph('x'),
      { kind: 'quote', blocks: [paragraph('a\nb')] },
    ]);
  });

  it('leaves everything in a code block alone', () => {
    expect(parseMarkdown('```py\n# **x**\n>>> 1\n```')).toEqual([
      { kind: 'codeBlock', language: 'py', text: '# **x**\n>>> 1' },
    ]);
    expect(parseMarkdown('```one line```')).toEqual([{ kind: 'codeBlock', language: '', text: 'one line' }]);
  });

  it('nests lists by their indentation', () => {
    expect(parseMarkdown('- a\n  - b\n- c')).toEqual([
      {
        kind: 'list',
        ordered: false,
        start: 1,
        items: [
          [paragraph('a'), { kind: 'list', ordered: false, start: 1, items: [[paragraph('b')]] }],
          [paragraph('c')],
        ],
      },
    ]);
  });

  it('begins another list where points change to numbers', () => {
    expect(parseMarkdown('- a\n3. b')).toEqual([
      { kind: 'list', ordered: false, start: 1, items: [[paragraph('a')]] },
      { kind: 'list', ordered: true, start: 3, items: [[paragraph('b')]] },
    ]);
  });

  it('has nothing for nothing', () => {
    expect(parseMarkdown('\n\n')).toEqual([]);
  });
});
