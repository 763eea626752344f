// @vitest-environment node
import { describe, expect, it } from 'vitest';
import type { Media } from './protocol';
import { RoomKnowledge } from './room_knowledge';
import { ViewBuilder, type ViewParts } from './view_builder';

const FILM: Media = { entry_id: '0_film', title: 'A film', duration: 600, kind: 'video' };

function parts(change: Partial<ViewParts> = {}): ViewParts {
  const room = new RoomKnowledge();
  room.you = { userId: '2', name: 'Ann', level: 'viewer' };
  room.media = FILM;
  room.host = { user_id: '1', lease_until_ms: 0 };
  room.control = { mode: 'host', locked: false, wait_for_buffering: 'nobody', barred: [] };
  room.track = { holding: { revision: 4, paused: false, position: 10, rate: 1, at: 1_000 }, coming: null };
  return {
    connection: { state: 'open' },
    room,
    wanted: null,
    serverMs: 3_000,
    requests: [],
    lastSyncAtMs: null,
    isFree: false,
    isPlayerReady: true,
    controller: 'in_sync',
    correction: 'none',
    driftMs: 3.4,
    boundMs: 41.2,
    ...change,
  };
}

describe('the view', () => {
  it('says what is', () => {
    const builder = new ViewBuilder();
    expect(builder.update(parts(), 0)).toBe(true);
    expect(builder.view).toMatchObject({
      isHost: false,
      iMayControl: false,
      whyNot: 'host_controls',
      isChanging: false,
      sync: { state: 'in_sync', driftMs: 3, boundMs: 42, correction: 'none', quality: 'good' },
    });
  });

  it('is the same where nothing has changed', () => {
    const builder = new ViewBuilder();
    const same = parts();
    builder.update(same, 0);
    const { view } = builder;
    expect(builder.update({ ...same, serverMs: 9_000, driftMs: 3.1 }, 5_000)).toBe(false);
    expect(builder.view).toBe(view);
  });

  it('shows figures at most twice a second, and other changes at once', () => {
    const builder = new ViewBuilder();
    const same = parts();
    builder.update(same, 0);
    expect(builder.update({ ...same, driftMs: 8 }, 200)).toBe(false);
    expect(builder.update({ ...same, driftMs: 8, correction: 'rate' }, 250)).toBe(true);
    expect(builder.update({ ...same, driftMs: 9, correction: 'rate' }, 600)).toBe(false);
    expect(builder.update({ ...same, driftMs: 9, correction: 'rate' }, 750)).toBe(true);
  });

  it('shows a wish as if it were so already, and the same one once', () => {
    const builder = new ViewBuilder();
    const wanted = { cause: 'seek', position: 300 } as const;
    const same = parts({ wanted });
    builder.update(same, 0);
    expect(builder.view.timeline).toEqual({ revision: 4, paused: false, position: 300, rate: 1, at: 3_000 });
    expect(builder.view.isChanging).toBe(true);
    expect(builder.update({ ...same, serverMs: 3_100 }, 100)).toBe(false);
    builder.update({ ...same, wanted: { cause: 'rate', rate: 2 }, serverMs: 5_000 }, 200);
    expect(builder.view.timeline).toMatchObject({ position: 14, rate: 2, at: 5_000 });
    builder.update({ ...same, wanted: null }, 300);
    expect(builder.view.timeline?.position).toBe(10);
  });

  it.each<[string, Partial<ViewParts>, string]>([
    [
      'without a connection',
      { connection: { state: 'waiting', retryInMs: 1, retryAtMs: 1 } },
      'disconnected',
    ],
    ['out of choice', { isFree: true }, 'free'],
    ['before a touch', { controller: 'blocked' }, 'blocked'],
    ['while it stalls', { controller: 'stalled' }, 'waiting'],
    ['on the way', { controller: 'catching_up' }, 'catching_up'],
    ['while it loads', { isPlayerReady: false }, 'catching_up'],
  ])('%s', (_, change, state) => {
    const builder = new ViewBuilder();
    builder.update(parts(change), 0);
    expect(builder.view.sync.state).toBe(state);
  });

  it('tells that there is no media, and that others are waited for', () => {
    const builder = new ViewBuilder();
    const same = parts();
    same.room.waitingFor = ['3'];
    builder.update(same, 0);
    expect(builder.view.sync.state).toBe('waiting');
    same.room.media = null;
    builder.update(same, 100);
    expect(builder.view.sync.state).toBe('no_media');
  });
});
