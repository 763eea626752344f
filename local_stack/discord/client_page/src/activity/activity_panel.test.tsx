import { act, fireEvent, render, screen, waitFor, within } from '@testing-library/preact';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ActivityInstance } from '../api/activities';
import { App } from '../app';
import { BO_INSIDE, participant } from '../testing/client_around';
import { FakeDiscord } from '../testing/fake_discord';
import { ANN, APPLICATION, GENERAL, HALL, SCHOOL } from '../testing/little_world';
import { whoIs } from './activity_banner';

/** The browser's EventSource, played by hand. */
class PlayedStream {
  static latest: PlayedStream | null = null;
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  readonly listeners = new Map<string, (event: { data: string }) => void>();

  constructor(readonly address: string) {
    PlayedStream.latest = this;
    queueMicrotask(() => this.onopen?.());
  }

  addEventListener(kind: string, listener: (event: { data: string }) => void) {
    this.listeners.set(kind, listener);
  }

  close() {
    this.onopen = null;
  }
}

function told(kind: string, data: unknown) {
  act(() => PlayedStream.latest?.listeners.get(kind)?.({ data: JSON.stringify(data) }));
}

function instance(...participants: ActivityInstance['participants']): ActivityInstance {
  return {
    instance_id: `i-1-gc-${SCHOOL}-${GENERAL}`,
    launch_id: '1',
    location_id: `gc-${SCHOOL}-${GENERAL}`,
    channel_id: GENERAL,
    guild_id: SCHOOL,
    participants,
  };
}

const ANN_INSIDE = participant(ANN, 'ann', { global_name: 'Ann' });

describe('an Activity in the window', () => {
  let discord = new FakeDiscord();

  beforeEach(() => {
    discord = new FakeDiscord();
    discord.instances = [instance(BO_INSIDE)];
    vi.stubGlobal('EventSource', PlayedStream);
    location.hash = `#/${SCHOOL}/${GENERAL}?as=${ANN}`;
  });

  afterEach(() => vi.restoreAllMocks());

  async function joined(): Promise<HTMLIFrameElement> {
    render(<App client={discord} />);
    fireEvent.click(await screen.findByRole('button', { name: 'Join Activity' }));
    discord.instances = [instance(BO_INSIDE, ANN_INSIDE)];
    const frame = await screen.findByTitle<HTMLIFrameElement>('Activity');
    told('activity_update', discord.instances[0]);
    return frame;
  }

  it('names who watches, and lets one join', async () => {
    render(<App client={discord} />);
    expect(await screen.findByText('bo is watching')).toBeDefined();
    fireEvent.click(screen.getByRole('button', { name: 'Join Activity' }));
    await waitFor(() => expect(discord.joined).toEqual([[`i-1-gc-${SCHOOL}-${GENERAL}`, ANN]]));
  });

  it('counts the rest', () => {
    expect(whoIs(instance(ANN_INSIDE, BO_INSIDE))).toBe('Ann and bo are');
    expect(whoIs(instance(ANN_INSIDE, BO_INSIDE, BO_INSIDE, BO_INSIDE))).toBe('Ann, bo and 2 more are');
  });

  it('stands in a frame with Discord’s attributes and query', async () => {
    const frame = await joined();
    expect(frame.getAttribute('allow')).toBe('autoplay; encrypted-media');
    expect(frame.getAttribute('sandbox')).toBe(
      'allow-pointer-lock allow-scripts allow-same-origin allow-forms',
    );
    expect(frame.getAttribute('referrerpolicy')).toBe('origin');
    const address = new URL(frame.src);
    expect(address.origin).toBe('http://127.0.0.1:3333');
    const query = Object.fromEntries(address.searchParams);
    expect(query).toMatchObject({
      instance_id: `i-1-gc-${SCHOOL}-${GENERAL}`,
      platform: 'desktop',
      guild_id: SCHOOL,
      channel_id: GENERAL,
      location_id: `gc-${SCHOOL}-${GENERAL}`,
    });
    expect(query.frame_id).toMatch(/^[0-9a-f-]{36}$/);
    expect(query).not.toHaveProperty('mobile_app_version');
  });

  it('keeps its frame through every layout and shows the others in the grid', async () => {
    const frame = await joined();
    for (const name of ['Grid', 'Picture in picture', 'Focused']) {
      fireEvent.click(screen.getByRole('button', { name }));
      expect(screen.getByRole('button', { name }).getAttribute('aria-pressed')).toBe('true');
      expect(screen.getByTitle('Activity')).toBe(frame);
    }
    fireEvent.click(screen.getByRole('button', { name: 'Grid' }));
    const tiles = within(screen.getByRole('list', { name: 'In the Activity' }));
    expect(tiles.getAllByRole('listitem')).toHaveLength(2);
  });

  it('becomes a small picture where one goes to another channel', async () => {
    await joined();
    fireEvent.click(screen.getByRole('button', { name: /^Assembly hall/ }));
    const small = screen.getByRole('button', { name: 'Picture in picture' });
    await waitFor(() => expect(small.getAttribute('aria-pressed')).toBe('true'));
    expect(discord.seats).toEqual([HALL]);
    fireEvent.click(screen.getByRole('button', { name: 'Focused' }));
    await waitFor(() => expect(location.hash).toContain(GENERAL));
  });

  it('opens anew as on a phone, which can be turned', async () => {
    const frame = await joined();
    fireEvent.click(screen.getByRole('button', { name: 'On a phone' }));
    await waitFor(() => expect(screen.getByTitle('Activity')).not.toBe(frame));
    const query = new URL(screen.getByTitle<HTMLIFrameElement>('Activity').src).searchParams;
    expect([query.get('platform'), query.get('mobile_app_version')]).toEqual(['mobile', '312.0']);
    fireEvent.click(screen.getByRole('button', { name: 'Turn to landscape' }));
    expect(screen.getByRole('button', { name: 'Turn to portrait' })).toBeDefined();
  });

  it('is left by its button, and by being taken out', async () => {
    await joined();
    fireEvent.click(screen.getByRole('button', { name: 'Leave Activity' }));
    await waitFor(() => expect(screen.queryByTitle('Activity')).toBeNull());
    expect(discord.left).toEqual([[`i-1-gc-${SCHOOL}-${GENERAL}`, ANN]]);
    fireEvent.click(screen.getByRole('button', { name: 'Join Activity' }));
    await screen.findByTitle('Activity');
    told('activity_update', instance(BO_INSIDE));
    await waitFor(() => expect(screen.queryByTitle('Activity')).toBeNull());
  });

  it('says why one can’t join', async () => {
    render(<App client={discord} />);
    const join = await screen.findByRole('button', { name: 'Join Activity' });
    discord.instances = [];
    fireEvent.click(join);
    expect((await screen.findByRole('alert')).textContent).toContain('this Activity is over');
  });

  it('asks the person for consent once, on the frame’s behalf', async () => {
    const frame = await joined();
    const posted: unknown[] = [];
    const inside = { postMessage: (message: unknown) => posted.push(message) } as unknown as Window;
    Object.defineProperty(frame, 'contentWindow', { value: inside });
    const frameId = new URL(frame.src).searchParams.get('frame_id');
    const say = (data: unknown) => {
      const origin = 'http://127.0.0.1:3333';
      window.dispatchEvent(new MessageEvent('message', { data, origin, source: inside }));
    };
    say([0, { v: 1, encoding: 'json', client_id: APPLICATION, frame_id: frameId }]);
    say([1, { cmd: 'AUTHORIZE', nonce: 'n', args: { client_id: APPLICATION, scope: ['identify'] } }]);
    const dialog = await screen.findByRole('dialog', { name: /wants to access your Discord account/ });
    expect(within(dialog).getByText('Access your username and avatar')).toBeDefined();
    fireEvent.click(within(dialog).getByRole('button', { name: 'Authorize' }));
    await waitFor(() => expect(posted).toHaveLength(2));
    expect(posted[1]).toMatchObject([1, { cmd: 'AUTHORIZE', data: { code: expect.stringContaining(ANN) } }]);
    expect(screen.queryByRole('dialog')).toBeNull();
  });
});
