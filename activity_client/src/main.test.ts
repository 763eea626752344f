import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';

const DOCUMENT = readFileSync(resolve(import.meta.dirname, '../index.html'), 'utf-8');
const WRITTEN_BODY = /<body>(?<body>.*)<\/body>/s.exec(DOCUMENT)?.groups?.body ?? '';

async function openAt(search: string): Promise<string> {
  window.history.replaceState(null, '', `/${search}`);
  await import('./main');
  return (document.body.textContent ?? '').replaceAll(/\s+/g, ' ').trim();
}

beforeEach(() => {
  vi.resetModules();
  document.body.innerHTML = WRITTEN_BODY;
});

describe('in a browser tab', () => {
  it('the page says what it is and where it opens, in words that need no script', async () => {
    const withoutScript = document.body.innerHTML;
    const words = await openAt('');
    expect(words).toContain('Watch Together');
    expect(words).toContain('not switched on here yet');
    expect(words).toContain('join a voice channel');
    expect(words).toContain('/kaltura-help');
    expect(document.body.innerHTML).toBe(withoutScript);
  });

  it('nothing comes from outside', () => {
    const addresses = [...DOCUMENT.matchAll(/(?:src|href)="([^"]*)"/g)].map((match) => match[1] ?? '');
    expect(addresses.length).toBeGreaterThan(0);
    expect(addresses.filter((address) => !/^\/[^/]/.test(address))).toEqual([]);
  });
});

describe('inside Discord', () => {
  it('the page says that Watch Together is not switched on, and what works', async () => {
    const words = await openAt('?frame_id=f&instance_id=i&platform=desktop');
    expect(words).toContain('Watch Together is not switched on here yet');
    expect(words).toContain('/kaltura-help');
    expect(words).not.toContain('join a voice channel');
  });

  it('a launch that lacks something says what, and what to do', async () => {
    const words = await openAt('?frame_id=f&platform=desktop');
    expect(words).toContain('Close this window and open it again');
    expect(words).toContain('Missing: instance_id');
  });

  it('there is one heading', async () => {
    await openAt('?frame_id=f&instance_id=i&platform=mobile');
    expect(document.querySelectorAll('h1')).toHaveLength(1);
  });
});
