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
  vi.unstubAllGlobals();
  document.body.innerHTML = WRITTEN_BODY;
});

describe('in a browser tab', () => {
  it('the page says what it is and where it opens, in words that need no script', async () => {
    const withoutScript = document.body.innerHTML;
    const words = await openAt('');
    expect(words).toContain('Watch Together');
    expect(words).toContain('join a voice channel');
    expect(words).toContain('/kaltura-watch');
    expect(document.body.innerHTML).toBe(withoutScript);
  });

  it('nothing comes from outside', () => {
    const addresses = [...DOCUMENT.matchAll(/(?:src|href)="([^"]*)"/g)].map((match) => match[1] ?? '');
    expect(addresses.length).toBeGreaterThan(0);
    expect(addresses.filter((address) => !/^\/[^/]/.test(address))).toEqual([]);
  });
});

describe('with a link to a room', () => {
  it('the link leaves the address bar at once, and the room is opened', async () => {
    const send = vi.fn(() => new Promise<Response>(() => undefined));
    vi.stubGlobal('fetch', send);
    const words = await openAt('#link=signed.by.us');
    expect(window.location.hash).toBe('');
    await vi.waitFor(() => expect(document.body.textContent).toContain('Opening the room…'));
    expect(words).not.toContain('/kaltura-watch');
    const [address, { body }] = send.mock.calls[0] as unknown as [string, { body: string }];
    expect(address).toBe('/api/v1/rooms/session');
    expect(JSON.parse(body)).toEqual({ link_token: 'signed.by.us' });
  });
});

describe('inside Discord', () => {
  it('a launch that lacks something says what, and what to do', async () => {
    const words = await openAt('?frame_id=f&platform=desktop');
    expect(words).toContain('Close this window and open it again');
    expect(words).toContain('Missing: instance_id');
    expect(document.querySelectorAll('h1')).toHaveLength(1);
  });

  it('the page is taken over, and says what it waits for', async () => {
    vi.stubGlobal('fetch', () => new Promise(() => undefined));
    const words = await openAt('?frame_id=f&instance_id=i&platform=desktop');
    expect(words).not.toContain('join a voice channel');
    await vi.waitFor(() => expect(document.body.textContent).toContain('Waiting for Discord…'));
    expect(document.getElementById('film')).not.toBeNull();
  });
});
