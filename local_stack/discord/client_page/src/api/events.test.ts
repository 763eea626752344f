import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GENERAL, message } from '../testing/little_world';
import { type ChannelEvent, channelEvent, type EventStream, followEvents, reconnectWait } from './events';

class FakeStream implements EventStream {
  static opened: FakeStream[] = [];
  onopen: ((event: Event) => void) | null = null;
  onerror: ((event: Event) => void) | null = null;
  closed = false;
  readonly listeners = new Map<string, (event: MessageEvent<string>) => void>();

  constructor(readonly address: string) {
    FakeStream.opened.push(this);
  }

  addEventListener(kind: string, listener: (event: MessageEvent<string>) => void) {
    this.listeners.set(kind, listener);
  }

  close() {
    this.closed = true;
  }

  send(kind: string, data: object) {
    this.listeners.get(kind)?.(new MessageEvent(kind, { data: JSON.stringify(data) }));
  }
}

describe('the stream of events', () => {
  const told: string[] = [];
  const events: ChannelEvent[] = [];

  beforeEach(() => {
    vi.useFakeTimers();
    FakeStream.opened = [];
    told.length = 0;
    events.length = 0;
  });
  afterEach(() => void vi.useRealTimers());

  function follow() {
    const listeners = {
      onOpen: () => told.push('open'),
      onLost: () => told.push('lost'),
      onEvent: (event: ChannelEvent) => events.push(event),
    };
    return followEvents(
      '/events?as=1',
      listeners,
      (address) => new FakeStream(address),
      () => 0,
    );
  }

  it('tells what happens in the channels', () => {
    follow();
    const [stream] = FakeStream.opened;
    stream?.onopen?.(new Event('open'));
    stream?.send('message_create', { channel_id: GENERAL, message: message('7') });
    stream?.send('message_delete', { channel_id: GENERAL, id: '7' });
    expect(told).toEqual(['open']);
    expect(events).toEqual([
      { kind: 'created', channelId: GENERAL, message: message('7') },
      { kind: 'deleted', channelId: GENERAL, messageId: '7' },
    ]);
  });

  it('comes back after each loss, waiting longer each time, and at once patient again after success', () => {
    follow();
    FakeStream.opened[0]?.onerror?.(new Event('error'));
    expect(FakeStream.opened[0]?.closed).toBe(true);
    vi.advanceTimersByTime(499);
    expect(FakeStream.opened).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(FakeStream.opened).toHaveLength(2);
    FakeStream.opened[1]?.onerror?.(new Event('error'));
    vi.advanceTimersByTime(999);
    expect(FakeStream.opened).toHaveLength(2);
    vi.advanceTimersByTime(1);
    FakeStream.opened[2]?.onopen?.(new Event('open'));
    FakeStream.opened[2]?.onerror?.(new Event('error'));
    vi.advanceTimersByTime(500);
    expect(FakeStream.opened).toHaveLength(4);
    expect(told).toEqual(['lost', 'lost', 'open', 'lost']);
  });

  it('stays away once it is told to stop', () => {
    const stop = follow();
    FakeStream.opened[0]?.onerror?.(new Event('error'));
    stop();
    vi.advanceTimersByTime(60_000);
    expect(FakeStream.opened).toHaveLength(1);
  });

  it('never waits longer than ten seconds', () => {
    expect(reconnectWait(0, 0)).toBe(500);
    expect(reconnectWait(40, 1)).toBe(10_000);
  });

  it('passes over what it does not understand', () => {
    expect(channelEvent('message_create', '{}')).toBeNull();
    expect(channelEvent('message_update', JSON.stringify({ channel_id: GENERAL }))).toBeNull();
    expect(channelEvent('message_delete', JSON.stringify({ channel_id: GENERAL }))).toBeNull();
  });
});
