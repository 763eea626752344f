// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { chance, SimulatedTime } from '../../bench/simulation/simulated_time';
import { SOCKET_RENEW_MS } from './protocol';
import type { ConnectionView } from './room_view';
import {
  ANSWER_MOST_MS,
  OPEN_MOST_MS,
  RENEW_SPREAD_MS,
  RETRY_FORGET_MS,
  RETRY_MOST_MS,
  RoomRefusedError,
  RoomSocket,
  type WebSocketLike,
} from './socket';

/** A socket in the test's hand. */
class Handheld implements WebSocketLike {
  readyState = 0;
  onopen: (() => void) | null = null;
  onmessage: ((event: { readonly data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  onerror: (() => void) | null = null;
  readonly sent: string[] = [];

  open(): void {
    this.readyState = 1;
    this.onopen?.();
  }

  hear(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  break(): void {
    this.readyState = 3;
    this.onclose?.();
  }

  send(text: string): void {
    this.sent.push(text);
  }

  close(): void {
    this.readyState = 3;
  }
}

type Opening = 'opens' | 'hangs' | 'fails' | 'refuses';

class Line {
  readonly time = new SimulatedTime();
  readonly sockets: Handheld[] = [];
  readonly views: ConnectionView[] = [];
  readonly heard: string[] = [];
  readonly asked: number[] = [];
  hellos = 0;
  next: Opening = 'opens';
  readonly socket: RoomSocket;

  constructor(random: () => number = () => 0.999) {
    this.socket = new RoomSocket({
      openSocket: () => this.#open(),
      now: () => this.time.nowMs,
      timers: {
        setTimeout: (action, ms) => this.time.after(ms, action),
        clearTimeout: (timer) => this.time.cancel(timer),
      },
      random,
      onOpen: () => {
        this.hellos += 1;
        this.socket.send({ type: 'hello', version: 1, c0: 0 });
      },
      onMessage: (message) => this.heard.push(message.type),
      onChange: (view) => this.views.push(view),
    });
  }

  get last(): Handheld {
    const last = this.sockets.at(-1);
    if (last === undefined) {
      throw new Error('No socket was opened.');
    }
    return last;
  }

  async #open(): Promise<WebSocketLike> {
    this.asked.push(this.time.nowMs);
    if (this.next === 'fails') {
      throw new Error('The network is down.');
    }
    if (this.next === 'refuses') {
      throw new RoomRefusedError('This room is closed.');
    }
    const socket = new Handheld();
    this.sockets.push(socket);
    if (this.next === 'opens') {
      this.time.after(20, () => socket.open());
    }
    return socket;
  }
}

const STATE = {
  timeline: { revision: 1, paused: true, position: 0, rate: 1, at: 1 },
  media: null,
  host: { user_id: '1', lease_until_ms: 1 },
  control: { mode: 'host', locked: false, wait_for_buffering: 'nobody', barred: [] },
  control_revision: 1,
  waiting_for: [],
};
const WELCOME = {
  type: 'welcome',
  version: 1,
  you: { user_id: '1', name: 'Ann', level: 'viewer', connection_id: 'c' },
  room_id: 'r',
  state: STATE,
  roster: { changed: [], gone: [], total: 1, stamp_ms: 1 },
  lead_ms: 200,
  clock: { c0: 1, s1: 2, s2: 3 },
};

describe('the socket', () => {
  it('greets, and says what is said while it is open', async () => {
    const line = new Line();
    line.socket.start();
    expect(line.socket.send({ type: 'leave' })).toBe(false);
    await line.time.pass(100);
    expect(line.socket.view).toEqual({ state: 'open' });
    expect(line.socket.send({ type: 'leave' })).toBe(true);
    expect(line.last.sent.map((text) => JSON.parse(text).type)).toEqual(['hello', 'leave']);
  });

  it('hears what is ours, and nothing else', async () => {
    const line = new Line();
    line.socket.start();
    await line.time.pass(100);
    line.last.hear({ type: 'asked', ref: 1 });
    line.last.hear({ type: 'weather' });
    line.last.hear({ message: 'Internal server error' });
    expect(line.heard).toEqual(['asked']);
  });

  it('comes back after a break, later and later, and never so late that it is forgotten', async () => {
    const line = new Line();
    line.socket.start();
    await line.time.pass(100);
    line.next = 'fails';
    line.last.break();
    expect(line.socket.view).toMatchObject({ state: 'waiting', retryInMs: 500 });
    await line.time.pass(120_000);
    const waits = line.asked.slice(2).map((ms, place) => ms - (line.asked[place + 1] ?? 0));
    expect(waits.slice(0, 4)).toEqual([999, 1_998, 3_996, 7_992]);
    expect(Math.max(...waits)).toBeLessThanOrEqual(RETRY_MOST_MS);
    line.next = 'opens';
    await line.time.pass(10_000);
    expect(line.socket.isOpen).toBe(true);
    expect(line.hellos).toBe(2);
  });

  it('draws its waits at random, so that not all come back at once', async () => {
    const waits = new Set<number>();
    for (let seed = 0; seed < 50; seed += 1) {
      const line = new Line(chance(seed));
      line.next = 'fails';
      line.socket.start();
      await line.time.pass(1);
      const { view } = line.socket;
      waits.add(view.state === 'waiting' ? Math.floor(view.retryInMs / 50) : -1);
    }
    expect(waits.size).toBeGreaterThan(6);
    expect(waits.has(-1)).toBe(false);
  });

  it('forgets its failures only when a socket has held', async () => {
    const line = new Line();
    line.socket.start();
    for (let turn = 0; turn < 5; turn += 1) {
      await line.time.pass(RETRY_MOST_MS + 100);
      line.last.break();
    }
    expect(line.socket.view).toMatchObject({ retryInMs: 7_992 });
    await line.time.pass(RETRY_MOST_MS + RETRY_FORGET_MS + 100);
    line.last.break();
    expect(line.socket.view).toMatchObject({ retryInMs: 500 });
  });

  it('gives up an opening that hangs, and closes it should it come after all', async () => {
    const line = new Line();
    line.next = 'hangs';
    line.socket.start();
    await line.time.pass(OPEN_MOST_MS + 10);
    expect(line.socket.view.state).toBe('waiting');
    expect(line.last.readyState).toBe(3);
  });

  it('takes a line for dead that leaves a question unanswered', async () => {
    const line = new Line();
    line.socket.start();
    await line.time.pass(100);
    line.socket.send({ type: 'clock', c0: 1 }, true);
    await line.time.pass(ANSWER_MOST_MS - 10);
    line.last.hear({ type: 'clock', c0: 1, s1: 2, s2: 3 });
    line.socket.send({ type: 'clock', c0: 1 }, true);
    await line.time.pass(ANSWER_MOST_MS - 10);
    expect(line.socket.view.state).toBe('open');
    await line.time.pass(20);
    expect(line.socket.view.state).toBe('waiting');
  });

  it('is tried at once when the network is back', async () => {
    const line = new Line();
    line.next = 'fails';
    line.socket.start();
    await line.time.pass(20_000);
    line.next = 'opens';
    line.socket.retryNow();
    await line.time.pass(30);
    expect(line.socket.isOpen).toBe(true);
  });

  it('is renewed before it ends: the new one is greeted first, and nobody is told', async () => {
    const line = new Line();
    line.socket.start();
    await line.time.pass(100);
    const first = line.last;
    const shown = line.views.length;
    await line.time.pass(SOCKET_RENEW_MS - RENEW_SPREAD_MS + 200);
    const second = line.last;
    expect(second).not.toBe(first);
    expect(first.readyState).toBe(1);
    line.socket.send({ type: 'leave' });
    expect(first.sent.at(-1)).toContain('leave');
    expect(second.sent).toHaveLength(1);
    second.hear(WELCOME);
    expect(first.readyState).toBe(3);
    line.socket.send({ type: 'leave' });
    expect(second.sent.at(-1)).toContain('leave');
    expect(line.views).toHaveLength(shown);
    await line.time.pass(SOCKET_RENEW_MS);
    expect(line.sockets).toHaveLength(3);
  });

  it('keeps the old one when its renewal fails, and tries again', async () => {
    const line = new Line();
    line.socket.start();
    await line.time.pass(100);
    line.next = 'fails';
    await line.time.pass(SOCKET_RENEW_MS);
    expect(line.socket.view.state).toBe('open');
    const tried = line.asked.length;
    expect(tried).toBeGreaterThan(2);
    line.next = 'opens';
    await line.time.pass(RETRY_MOST_MS + 100);
    line.last.hear(WELCOME);
    expect(line.sockets[0]?.readyState).toBe(3);
    expect(line.socket.isOpen).toBe(true);
  });

  it('is not tried again where that is of no use, and says why', async () => {
    const line = new Line();
    line.next = 'refuses';
    line.socket.start();
    await line.time.pass(60_000);
    expect(line.asked).toHaveLength(1);
    expect(line.socket.view).toEqual({
      state: 'closed',
      reason: 'refused',
      sentence: 'This room is closed.',
    });
  });

  it('is over once it was closed on purpose', async () => {
    const line = new Line();
    line.socket.start();
    await line.time.pass(100);
    line.socket.close('left');
    line.socket.close('expired');
    await line.time.pass(60_000);
    expect(line.socket.view).toEqual({ state: 'closed', reason: 'left', sentence: null });
    expect(line.last.readyState).toBe(3);
    expect(line.asked).toHaveLength(1);
  });
});
