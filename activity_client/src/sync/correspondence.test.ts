// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { SimulatedTime } from '../../bench/simulation/simulated_time';
import { type Condition, Correspondence } from './correspondence';
import type { ClientMessage, RoomState, ServerMessage, ServerWelcome } from './protocol';
import type { RoomMoment } from './room_view';
import type { WebSocketLike } from './socket';

const T = 1_700_000_000_000;

class Wire implements WebSocketLike {
  readyState = 1;
  onopen: (() => void) | null = null;
  onmessage: ((event: { readonly data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  onerror: (() => void) | null = null;
  readonly sent: ClientMessage[] = [];

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {
    this.readyState = 3;
  }

  hear(message: ServerMessage): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  /** What was said of one kind. */
  said<Type extends ClientMessage['type']>(type: Type): Extract<ClientMessage, { type: Type }>[] {
    return this.sent.filter((one): one is Extract<ClientMessage, { type: Type }> => one.type === type);
  }
}

function state(change: Partial<RoomState> = {}): RoomState {
  return {
    timeline: { revision: 5, paused: true, position: 30, rate: 1, at: T },
    media: { entry_id: '0_film', title: 'A film', duration: 600, kind: 'video' },
    host: { user_id: '1', lease_until_ms: T + 30_000 },
    control: { mode: 'host', locked: false, wait_for_buffering: 'nobody', barred: [] },
    control_revision: 2,
    waiting_for: [],
    ...change,
  };
}

function welcome(change: Partial<RoomState> = {}): ServerWelcome {
  return {
    type: 'welcome',
    version: 1,
    you: { user_id: '1', name: 'Ann', level: 'viewer', connection_id: 'c' },
    room_id: 'r',
    state: state(change),
    roster: { changed: [], gone: [], total: 1, stamp_ms: T },
    lead_ms: 200,
    clock: { c0: 0, s1: T, s2: T },
  };
}

const CONDITION: Condition = {
  state: 'playing',
  activity: 'active',
  position: 1,
  drift_ms: 2,
  corrections: 0,
  seeks: 0,
  buffering_ms: 0,
};

async function greeted(change: Partial<RoomState> = {}) {
  const time = new SimulatedTime();
  const wires: Wire[] = [];
  const moments: RoomMoment[] = [];
  const requests: string[] = [];
  const ends: number[] = [];
  const letters = new Correspondence({
    openSocket: async () => {
      const wire = new Wire();
      wires.push(wire);
      return wire;
    },
    now: () => time.nowMs,
    timers: {
      setTimeout: (action, ms) => time.after(ms, action),
      clearTimeout: (timer) => time.cancel(timer),
    },
    random: () => 0.5,
    onNews: () => undefined,
    onMoment: (moment) => moments.push(moment),
    onRequest: (userId) => requests.push(userId),
    onOver: () => ends.push(time.nowMs),
  });
  letters.socket.start();
  await time.pass(1);
  const wire = wires[0] as Wire;
  wire.hear(welcome(change));
  return { time, wires, wire, moments, requests, ends, letters };
}

describe('greeting', () => {
  it('comes first, and a burst for the clock after it', async () => {
    const { wire, time, letters } = await greeted();
    await time.pass(2_000);
    expect(wire.sent[0]).toMatchObject({ type: 'hello', version: 1 });
    expect(wire.said('clock')).toHaveLength(16);
    expect(letters.isGreeted).toBe(true);
  });

  it('is said anew where the room no longer knows us', async () => {
    const { wire, time, letters } = await greeted();
    await time.pass(3_000);
    wire.hear({ type: 'error', code: 'not_in_room', message: 'Say hello first.' });
    expect(letters.isGreeted).toBe(false);
    expect(wire.said('hello')).toHaveLength(2);
  });

  it('is said anew, though not too often, where something was missed', async () => {
    const { wire, time, letters } = await greeted();
    await time.pass(3_000);
    const { timeline } = state();
    for (const revision of [8, 10, 12]) {
      wire.hear({
        type: 'playback',
        timeline: { ...timeline, revision },
        cause: 'seek',
        by: '1',
        waiting_for: [],
      });
    }
    expect(wire.said('hello')).toHaveLength(2);
    expect(letters.room.revision).toBe(12);
  });
});

describe('a wish of playback', () => {
  it('is sent once and answered', async () => {
    const { wire, letters } = await greeted();
    letters.wish({ cause: 'play', paused: false });
    const [sent] = wire.said('playback.set');
    expect(sent).toMatchObject({ base_revision: 5, paused: false, position: 30, cause: 'play' });
    const timeline = { ...state().timeline, revision: 6, paused: false, at: T + 300 };
    wire.hear({ type: 'playback', timeline, cause: 'play', by: '1', waiting_for: [], ref: sent?.ref ?? 0 });
    expect(letters.desk.wanted).toBeNull();
    expect(letters.room.revision).toBe(6);
  });

  it('without media comes to nothing', async () => {
    const { wire, letters, moments } = await greeted({ media: null });
    letters.wish({ cause: 'play', paused: false });
    expect(wire.said('playback.set')).toEqual([]);
    expect(moments).toEqual([{ kind: 'refused', wish: 'play', reason: 'no_media' }]);
  });

  it('that is stale is said again where nothing speaks against it', async () => {
    const { wire, letters, moments } = await greeted();
    letters.wish({ cause: 'play', paused: false });
    const ref = wire.said('playback.set')[0]?.ref ?? 0;
    const current = state({ timeline: { ...state().timeline, revision: 6, rate: 1.5 } });
    wire.hear({ type: 'rejected', ref, reason: 'stale', current });
    expect(wire.said('playback.set')[1]).toMatchObject({ base_revision: 6, paused: false, rate: 1.5 });
    expect(moments).toEqual([]);
  });

  it('that may not be is dropped, and said', async () => {
    const { wire, letters, moments } = await greeted();
    letters.wish({ cause: 'play', paused: false });
    const ref = wire.said('playback.set')[0]?.ref ?? 0;
    wire.hear({ type: 'rejected', ref, reason: 'barred', current: state() });
    expect(letters.desk.wanted).toBeNull();
    expect(moments).toEqual([{ kind: 'refused', wish: 'play', reason: 'barred' }]);
  });

  it('that nobody answers is given up, and the state asked for', async () => {
    const { wire, letters, moments, time } = await greeted();
    letters.wish({ cause: 'play', paused: false });
    await time.pass(5_000);
    wire.hear({ type: 'clock', c0: 1, s1: T, s2: T });
    await time.pass(1_500);
    letters.tick(false);
    expect(moments).toEqual([{ kind: 'refused', wish: 'play', reason: 'no_answer' }]);
    expect(wire.said('hello')).toHaveLength(2);
  });

  it('under way when the line broke is said again on its old revision', async () => {
    const { wire, wires, letters, time } = await greeted();
    letters.wish({ cause: 'play', paused: false });
    wire.onclose?.();
    await time.pass(1_000);
    const second = wires[1] as Wire;
    second.hear(welcome({ timeline: { ...state().timeline, revision: 6, paused: false } }));
    expect(second.said('playback.set')).toMatchObject([{ base_revision: 5, paused: false }]);
    const ref = second.said('playback.set')[0]?.ref ?? 0;
    const current = state({ timeline: { ...state().timeline, revision: 6, paused: false } });
    second.hear({ type: 'rejected', ref, reason: 'stale', current });
    expect(letters.desk.wanted).toBeNull();
  });
});

describe('other wishes', () => {
  it('are told by their answers', async () => {
    const { wire, letters, moments } = await greeted();
    letters.ask('request', (ref) => ({ type: 'control.request', ref }));
    const ref = wire.said('control.request')[0]?.ref ?? 0;
    wire.hear({ type: 'asked', ref });
    expect(moments).toEqual([{ kind: 'asked' }]);
    letters.ask('media', (number) => ({ type: 'media.set', ref: number, base_revision: 5, grant: 'word' }));
    const second = wire.said('media.set')[0]?.ref ?? 0;
    wire.hear({ type: 'rejected', ref: second, reason: 'grant_refused', current: state() });
    expect(moments.at(-1)).toEqual({ kind: 'refused', wish: 'media', reason: 'grant_refused' });
  });

  it('that fail, get no answer, or lose their line, are said to have come to nothing', async () => {
    const { wire, letters, moments, time } = await greeted();
    const close = () => letters.ask('close', (ref) => ({ type: 'room.close', ref }));
    close();
    const ref = wire.said('room.close')[0]?.ref ?? 0;
    wire.hear({ type: 'error', code: 'unavailable', message: 'Try again.', ref });
    close();
    await time.pass(5_000);
    wire.hear({ type: 'clock', c0: 1, s1: T, s2: T });
    await time.pass(1_500);
    letters.tick(false);
    close();
    wire.onclose?.();
    close();
    const reasons = moments.map((moment) => (moment.kind === 'refused' ? moment.reason : ''));
    expect(reasons).toEqual(['unavailable', 'no_answer', 'disconnected', 'disconnected']);
  });
});

describe('a report', () => {
  it('tells what is known, and its answer what is new', async () => {
    const { wire, letters, time } = await greeted();
    await time.pass(2_000);
    letters.report(CONDITION);
    const [report] = wire.said('report');
    expect(report).toMatchObject({ revision: 5, control_revision: 2, roster_stamp_ms: T, state: 'playing' });
    wire.hear({
      type: 'roster',
      roster: { changed: [], gone: [], total: 3, stamp_ms: T + 10 },
      host: { user_id: '1', lease_until_ms: T + 60_000 },
      lead_ms: 320,
      clock: { c0: report?.c0 ?? 0, s1: T + 2_000, s2: T + 2_000 },
      state: state({ timeline: { ...state().timeline, revision: 9 } }),
    });
    expect(letters.room).toMatchObject({ total: 3, leadMs: 320, revision: 9 });
    expect(letters.room.host?.lease_until_ms).toBe(T + 60_000);
  });

  it('is not due before the greeting was answered', async () => {
    const { wire, letters } = await greeted();
    wire.onclose?.();
    expect(letters.isReportDue('playing', 'active')).toBe(false);
  });
});

describe('the end', () => {
  it.each(['closed', 'expired', 'flooded'] as const)('is final: %s', async (reason) => {
    const { wire, letters, ends, time, wires } = await greeted();
    wire.hear({ type: 'goodbye', reason });
    await time.pass(60_000);
    expect(letters.socket.view).toMatchObject({ state: 'closed', reason });
    expect(ends).toHaveLength(1);
    expect(wires).toHaveLength(1);
  });

  it('comes too where the page is too old for the room', async () => {
    const { wire, letters } = await greeted();
    wire.hear({ type: 'error', code: 'version', message: 'Load the page again.' });
    expect(letters.socket.view).toMatchObject({ state: 'closed', reason: 'version' });
  });
});

describe('what passes', () => {
  it('is told, and an old word of it is not', async () => {
    const { wire, moments, requests } = await greeted();
    const host = { user_id: '7', lease_until_ms: T + 60_000 };
    wire.hear({ type: 'host', host, control_revision: 3, reason: 'transferred' });
    wire.hear({ type: 'host', host, control_revision: 3, reason: 'transferred' });
    wire.hear({ type: 'reaction', user_id: '7', emoji: '🎉' });
    wire.hear({ type: 'control.requested', user_id: '8', name: 'Bo' });
    expect(moments).toEqual([
      { kind: 'host', userId: '7', reason: 'transferred' },
      { kind: 'reaction', userId: '7', emoji: '🎉' },
    ]);
    expect(requests).toEqual(['8']);
  });

  it('makes a claim where the host is gone', async () => {
    const { wire, letters, time } = await greeted({ host: { user_id: '9', lease_until_ms: T + 1_000 } });
    await time.pass(500);
    letters.tick(false);
    expect(wire.said('host.claim')).toEqual([]);
    await time.pass(2_000);
    letters.tick(false);
    letters.tick(false);
    expect(wire.said('host.claim')).toHaveLength(1);
  });
});
