// @vitest-environment node
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Media, Participant, RoomState, ServerPlayback, ServerWelcome, Timeline } from './protocol';
import { RoomKnowledge } from './room_knowledge';
import { newest } from './timeline';

const T = 1_700_000_000_000;
const FILM: Media = { entry_id: '0_film', title: 'A film', duration: 600, kind: 'video' };
const OTHER: Media = { ...FILM, entry_id: '0_other' };

function timeline(revision: number, change: Partial<Timeline> = {}): Timeline {
  return { revision, paused: true, position: revision, rate: 1, at: T, ...change };
}

function state(revision: number, controlRevision = 1, change: Partial<RoomState> = {}): RoomState {
  return {
    timeline: timeline(revision),
    media: FILM,
    host: { user_id: String(controlRevision), lease_until_ms: T },
    control: { mode: 'host', locked: false, wait_for_buffering: 'nobody', barred: [] },
    control_revision: controlRevision,
    waiting_for: [],
    ...change,
  };
}

function playback(revision: number): ServerPlayback {
  return { type: 'playback', timeline: timeline(revision), cause: 'seek', by: '1', waiting_for: [] };
}

function here(userId: string, joinedAtMs: number): Participant {
  return {
    user_id: userId,
    name: userId,
    avatar: null,
    level: 'viewer',
    via: 'discord',
    joined_at_ms: joinedAtMs,
    state: 'playing',
    activity: 'active',
    drift_ms: null,
    clock_bound_ms: null,
    quality: 'good',
  };
}

function welcome(change: Partial<ServerWelcome> = {}): ServerWelcome {
  return {
    type: 'welcome',
    version: 1,
    you: { user_id: '2', name: 'Ann', level: 'moderator', connection_id: 'c' },
    room_id: 'r',
    state: state(5),
    roster: { changed: [here('2', 20), here('1', 10)], gone: [], total: 2, stamp_ms: T },
    lead_ms: 200,
    clock: { c0: 1, s1: T, s2: T },
    ...change,
  };
}

function known(): RoomKnowledge {
  const room = new RoomKnowledge();
  room.onWelcome(welcome(), T);
  return room;
}

describe('what a late joiner is told', () => {
  it('is everything', () => {
    const room = known();
    expect(room.you).toEqual({ userId: '2', name: 'Ann', level: 'moderator' });
    expect(room.revision).toBe(5);
    expect(room.media).toEqual(FILM);
    expect(room.roster.map((one) => one.user_id)).toEqual(['1', '2']);
    expect(room.leadMs).toBe(200);
  });

  it('again after a break, replaces the list of who is here', () => {
    const room = known();
    room.onWelcome(
      welcome({ roster: { changed: [here('2', 20)], gone: [], total: 1, stamp_ms: T - 50 } }),
      T,
    );
    expect(room.roster.map((one) => one.user_id)).toEqual(['2']);
    expect(room.total).toBe(1);
  });
});

describe('news', () => {
  it('is taken in by its number, once', () => {
    const room = known();
    expect(room.onPlayback(playback(6), T)).toBe('taken');
    expect(room.onPlayback(playback(6), T)).toBe('old');
    expect(room.onPlayback(playback(4), T)).toBe('old');
    expect(room.revision).toBe(6);
  });

  it('that skips a number is taken in, and tells that something was missed', () => {
    const room = known();
    expect(room.onPlayback(playback(8), T)).toBe('gap');
    expect(room.revision).toBe(8);
    room.onState(state(8, 1, { media: OTHER }), T);
    expect(room.media).toEqual(OTHER);
    expect(room.revision).toBe(8);
  });

  it('of host and control goes by its own counter', () => {
    const room = known();
    const control = { mode: 'everyone', locked: true, wait_for_buffering: 'host', barred: [] } as const;
    expect(room.onControl({ type: 'control', control, control_revision: 3, by: '1' })).toBe('gap');
    const host = { user_id: '9', lease_until_ms: T };
    expect(room.onHost({ type: 'host', host, control_revision: 3, reason: 'claimed' })).toBe('old');
    expect(room.onHost({ type: 'host', host, control_revision: 4, reason: 'claimed' })).toBe('taken');
    expect(room.host?.user_id).toBe('9');
    expect(room.control?.locked).toBe(true);
  });

  it('of other media takes the timeline with it', () => {
    const room = known();
    expect(room.onMedia({ type: 'media', media: OTHER, timeline: timeline(6), by: '1' })).toBe('taken');
    expect(room.track).toEqual({ holding: timeline(6), coming: null });
  });

  it('in whatever order, twice or not at all, leads to what was newest', () => {
    const messages = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(messages, messages, (revisions, states) => {
        const room = known();
        let highest = 5;
        for (const [place, revision] of revisions.entries()) {
          room.onPlayback(playback(revision), T);
          const other = states[place % states.length] ?? 1;
          room.onState(state(other, other), T);
          highest = Math.max(highest, revision, other);
          expect(room.revision).toBe(highest);
          expect(room.track === null ? null : newest(room.track).position).toBe(highest);
        }
      }),
    );
  });

  it('that says nothing new leaves parts as they are', () => {
    const room = known();
    const { media, track, waitingFor } = room;
    room.onState(state(5), T);
    expect(room.media).toBe(media);
    expect(room.track).toBe(track);
    expect(room.waitingFor).toBe(waitingFor);
  });
});

describe('who is here', () => {
  it('is told by changes', () => {
    const room = known();
    room.onRoster({ changed: [here('3', 15)], gone: ['1'], total: 2, stamp_ms: T + 10 });
    expect(room.roster.map((one) => one.user_id)).toEqual(['3', '2']);
    const { roster } = room;
    room.onRoster({ changed: [], gone: [], total: 2, stamp_ms: T + 20 });
    expect(room.roster).toBe(roster);
    room.onRoster({ changed: [], gone: ['3'], total: 1, stamp_ms: T });
    expect(room.roster).toBe(roster);
  });
});

describe('the lease', () => {
  it('is renewed for the host that is known, and for no other', () => {
    const room = known();
    room.onLease({ user_id: '1', lease_until_ms: T + 30_000 });
    room.onLease({ user_id: '7', lease_until_ms: T + 90_000 });
    expect(room.host).toEqual({ user_id: '1', lease_until_ms: T + 30_000 });
  });
});
