// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { Clock } from './clock';
import { PlaybackDesk } from './playback_desk';
import type { ClientMessage } from './protocol';
import { RoomKnowledge } from './room_knowledge';

function desk() {
  const room = new RoomKnowledge();
  room.media = { entry_id: '0_film', title: 'A film', duration: 600, kind: 'video' };
  room.track = { holding: { revision: 3, paused: false, position: 10, rate: 1, at: 0 }, coming: null };
  room.leadMs = 200;
  const clock = new Clock();
  clock.add({ c0: -80, s1: -40, s2: -40 }, 0);
  const state = { isOpen: true, now: 0, ref: 0 };
  const sent: ClientMessage[] = [];
  const refused: string[] = [];
  const made = new PlaybackDesk({
    room,
    clock,
    now: () => state.now,
    nextRef: () => ++state.ref,
    send: (message) => {
      if (state.isOpen) {
        sent.push(message);
      }
      return state.isOpen;
    },
    refuse: (wish, reason) => refused.push(`${wish} ${reason}`),
  });
  return { desk: made, room, state, sent, refused };
}

describe('the desk', () => {
  it('reckons where a running film will be when a change takes effect: way and lead later', () => {
    const all = desk();
    all.desk.ask({ cause: 'rate', rate: 2 });
    expect(all.sent).toMatchObject([{ type: 'playback.set', position: 10.24, rate: 2, base_revision: 3 }]);
  });

  it('sends what waited when its turn has come', () => {
    const all = desk();
    all.desk.ask({ cause: 'pause', paused: true, position: 11 });
    all.desk.ask({ cause: 'play', paused: false });
    expect(all.sent).toHaveLength(1);
    expect(all.desk.onDone(all.state.ref)).toBe(true);
    all.desk.sendWaiting();
    expect(all.sent).toHaveLength(2);
    expect(all.desk.wanted).toEqual({ cause: 'play', paused: false });
  });

  it('says what came to nothing, and why', () => {
    const all = desk();
    all.desk.ask({ cause: 'seek', position: 5 });
    all.desk.onFailed(99);
    all.desk.onRejected(99, 'locked');
    expect(all.refused).toEqual([]);
    all.desk.onRejected(all.state.ref, 'locked');
    all.state.now = 1_000;
    all.desk.ask({ cause: 'seek', position: 6 });
    all.desk.onFailed(all.state.ref);
    all.state.now = 2_000;
    all.desk.ask({ cause: 'seek', position: 7 });
    all.state.now = 9_000;
    expect(all.desk.dropUnanswered()).toBe(true);
    expect(all.desk.dropUnanswered()).toBe(false);
    all.state.isOpen = false;
    all.desk.ask({ cause: 'seek', position: 8 });
    all.room.media = null;
    all.desk.ask({ cause: 'seek', position: 9 });
    expect(all.refused).toEqual(
      ['locked', 'unavailable', 'no_answer', 'disconnected', 'no_media'].map((reason) => `seek ${reason}`),
    );
    expect(all.desk.wanted).toBeNull();
  });

  it('says again what was under way when the line broke', () => {
    const all = desk();
    all.desk.sendAgain();
    expect(all.sent).toEqual([]);
    all.desk.ask({ cause: 'seek', position: 5 });
    all.desk.sendAgain();
    expect(all.sent).toHaveLength(2);
    expect(all.sent[1]).toMatchObject({ position: 5, base_revision: 3 });
  });
});
