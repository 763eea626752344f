import { describe, expect, it } from 'vitest';
import { acceptOf, cdnAddress, fileProblem, LARGEST_FILE, sizeInWords } from './files';

const file = (name: string, type = '', size = 1) => new File([new Uint8Array(size)], name, { type });

describe('a file that somebody chooses', () => {
  it.each([
    ['of any type', file('a.bin'), undefined],
    ['with a wanted ending, in any case', file('A.JSON'), ['.json']],
    ['of a wanted group', file('a.png', 'image/png'), ['.json', 'image']],
  ])('is taken: %s', (_name, chosen, types) => {
    expect(fileProblem(chosen, types)).toBeNull();
  });

  it('is not taken with another ending or of another group', () => {
    expect(fileProblem(file('a.txt', 'text/plain'), ['.json', 'image'])).toBe(
      'Choose a file of these types: .json, image.',
    );
  });

  it('is not taken beyond 10 MB', () => {
    expect(fileProblem(file('a', '', LARGEST_FILE), undefined)).toBeNull();
    expect(fileProblem(file('a', '', LARGEST_FILE + 1), undefined)).toContain('too large');
  });

  it('is looked for among its types', () => {
    expect(acceptOf(['.json', 'image'])).toBe('.json,image/*');
    expect(acceptOf([])).toBeUndefined();
  });

  it('has a size in words', () => {
    expect([0, 36, 1536, 20 * 1024 * 1024].map(sizeInWords)).toEqual([
      '0 bytes',
      '36 bytes',
      '1.5 KB',
      '20 MB',
    ]);
  });
});

describe('the address of a file', () => {
  it('is the page’s own for what the CDN has, with its signature', () => {
    expect(cdnAddress('http://localhost:3743/discord-sim/cdn/attachments/1/2/a?ex=1&hm=2')).toBe(
      '/discord-sim/cdn/attachments/1/2/a?ex=1&hm=2',
    );
  });

  it('stays what it is anywhere else', () => {
    expect(cdnAddress('https://example.com/a.png')).toBe('https://example.com/a.png');
    expect(cdnAddress('attachment://a.png')).toBe('attachment://a.png');
  });
});
