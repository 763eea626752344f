import { fireEvent, render, screen, waitFor } from '@testing-library/preact';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Server } from './api/world';
import { App } from './app';
import { FakeDiscord } from './testing/fake_discord';
import { BO, COFFEE, GENERAL, message, SCHOOL, THE_WORLD } from './testing/little_world';

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

describe('the window', () => {
  let discord = new FakeDiscord();

  beforeEach(() => {
    discord = new FakeDiscord();
    discord.stored = [message('1', { content: 'good morning' })];
    vi.stubGlobal('EventSource', PlayedStream);
  });

  it('opens where nobody said otherwise, and writes that into the address', async () => {
    render(<App client={discord} />);
    expect(await screen.findByText('good morning')).toBeDefined();
    expect(location.hash).toContain(`#/${SCHOOL}/${GENERAL}?as=`);
    expect(screen.getByRole('textbox', { name: 'Message #general' })).toBeDefined();
  });

  it('is whom the address names', async () => {
    location.hash = `#/${SCHOOL}/${GENERAL}?as=${BO}`;
    render(<App client={discord} />);
    expect(await screen.findByRole('button', { name: /You are Bo, Teachers, Students/ })).toBeDefined();
    await waitFor(() => expect(PlayedStream.latest?.address).toBe(`/events?as=${BO}`));
  });

  it('becomes somebody else', async () => {
    render(<App client={discord} />);
    fireEvent.click(await screen.findByRole('button', { name: /You are Ann/ }));
    fireEvent.click(screen.getByRole('option', { name: /^Bo,/ }));
    expect(await screen.findByRole('button', { name: /You are Bo/ })).toBeDefined();
    expect(screen.queryByRole('button', { name: 'staff-room' })).toBeNull();
  });

  it('moves to another server', async () => {
    render(<App client={discord} />);
    fireEvent.click(await screen.findByRole('button', { name: 'Corner Cafe' }));
    expect(await screen.findByRole('textbox', { name: 'Message #coffee' })).toBeDefined();
    expect(location.hash).toContain(COFFEE);
  });

  it('shows what happens while somebody looks', async () => {
    render(<App client={discord} />);
    await screen.findByText('good morning');
    const data = JSON.stringify({ channel_id: GENERAL, message: message('2', { content: 'news' }) });
    PlayedStream.latest?.listeners.get('message_create')?.({ data });
    expect(await screen.findByText('news')).toBeDefined();
  });

  it('draws the world anew when it has changed, and leaves a channel that is gone', async () => {
    render(<App client={discord} />);
    await screen.findByText('good morning');
    const [school, ...others] = THE_WORLD.servers;
    const channels = (school as Server).channels.filter((channel) => channel.id !== GENERAL);
    discord.changed = { ...THE_WORLD, servers: [{ ...(school as Server), channels }, ...others] };
    PlayedStream.latest?.listeners.get('world_update')?.({ data: '{}' });
    expect(await screen.findByRole('textbox', { name: 'Message #staff-room' })).toBeDefined();
    expect(screen.queryByRole('button', { name: 'general' })).toBeNull();
  });

  it('says that the connection is lost', async () => {
    render(<App client={discord} />);
    await screen.findByText('good morning');
    PlayedStream.latest?.onerror?.();
    expect(await screen.findByText(/Reconnecting…/)).toBeDefined();
  });

  it('says that nobody is there, and tries again when asked', async () => {
    discord.unreachable = true;
    render(<App client={discord} />);
    expect((await screen.findByRole('alert')).textContent).toContain('Nobody is there.');
    discord.unreachable = false;
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('good morning')).toBeDefined();
  });

  it('remembers the theme', async () => {
    render(<App client={discord} />);
    fireEvent.click(await screen.findByRole('button', { name: 'Use the light theme' }));
    await waitFor(() => expect(document.documentElement.dataset.theme).toBe('light'));
    expect(localStorage.getItem('discord-sim-theme')).toBe('light');
  });
});
