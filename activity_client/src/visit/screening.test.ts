import { describe, expect, it } from 'vitest';
import type { Playback } from '../api/answers';
import { ApiProblem } from '../api/problem';
import type { PlayerEvent } from '../sync/player_port';
import { ScreeningRoom } from './screening';

const FAILED: PlayerEvent = { kind: 'failed', sentence: 'This video can’t be loaded at the moment.' };

function screeningWith(playbackOf: (id: string) => Promise<Playback> = async (id) => described(id)) {
  const loaded: string[] = [];
  const clock = { now: 0 };
  let tell: (event: PlayerEvent) => void = () => undefined;
  const projector = {
    load: async (playback: Playback) => void loaded.push(playback.entry_id),
    empty: () => void loaded.push('nothing'),
    subscribe: (listener: (event: PlayerEvent) => void) => {
      tell = listener;
      return () => undefined;
    },
  };
  const screening = new ScreeningRoom(playbackOf, projector, () => clock.now);
  return { screening, loaded, clock, fail: () => tell(FAILED) };
}

function described(entry_id: string): Playback {
  return {
    entry_id,
    title: entry_id,
    duration: 60,
    kind: 'video',
    poster: `/posters/${entry_id}.jpg`,
    manifest: '/master.m3u8',
    captions: [],
    player: { script: '/player.js', partner_id: 1, ui_conf_id: 2 },
    expires_at_ms: 0,
  };
}

const settle = () => new Promise((resolve) => setTimeout(resolve));

describe('the screening', () => {
  it('shows what the room watches, with a poster meanwhile, and asks once', async () => {
    const { screening, loaded } = screeningWith();
    screening.show('1_a', '/thumbnails/a.jpg');
    expect(screening.state.value).toEqual({ kind: 'loading', poster: '/thumbnails/a.jpg' });
    screening.show('1_a');
    await settle();
    expect(screening.state.value.kind).toBe('showing');
    expect(loaded).toEqual(['1_a']);
    screening.show(null);
    expect(screening.state.value).toEqual({ kind: 'nothing' });
    expect(loaded).toEqual(['1_a', 'nothing']);
  });

  it('never shows what the room has left meanwhile', async () => {
    const waiting: (() => void)[] = [];
    const { screening, loaded } = screeningWith(
      (id) => new Promise((resolve) => waiting.push(() => resolve(described(id)))),
    );
    screening.show('1_a');
    screening.show('1_b');
    waiting[1]?.();
    waiting[0]?.();
    await settle();
    expect(loaded).toEqual(['1_b']);
  });

  it('explains a refusal, and does not try it again', async () => {
    const problem = new ApiProblem('refused', 403, 'access-denied', 'It is not available in your country.');
    const { screening } = screeningWith(() => Promise.reject(problem));
    screening.show('1_a');
    await settle();
    expect(screening.state.value).toEqual({
      kind: 'refused',
      sentence: 'It is not available in your country.',
    });
  });

  it('tries again what failed while the network was away, once it is back', async () => {
    let isOnline = false;
    const { screening, loaded } = screeningWith((id) =>
      isOnline ? Promise.resolve(described(id)) : Promise.reject(new TypeError('Failed to fetch')),
    );
    screening.show('1_a');
    await settle();
    expect(screening.state.value.kind).toBe('failed');
    isOnline = true;
    screening.reconnected();
    await settle();
    expect(screening.state.value.kind).toBe('showing');
    screening.reconnected();
    await settle();
    expect(loaded).toEqual(['nothing', '1_a']);
  });

  it('leaves a refusal alone when the network comes back', async () => {
    const problem = new ApiProblem('refused', 403, 'access-denied', 'It is not available in your country.');
    let asked = 0;
    const { screening } = screeningWith(() => {
      asked += 1;
      return Promise.reject(problem);
    });
    screening.show('1_a');
    await settle();
    screening.reconnected();
    await settle();
    expect(asked).toBe(1);
  });

  it('tries a failing player once more by itself, and then leaves it to the viewer', async () => {
    const { screening, loaded, clock, fail } = screeningWith();
    screening.show('1_a');
    await settle();
    fail();
    await settle();
    expect(loaded).toEqual(['1_a', '1_a']);
    fail();
    expect(screening.state.value).toMatchObject({ kind: 'failed', poster: '/posters/1_a.jpg' });
    screening.reload();
    await settle();
    expect(screening.state.value.kind).toBe('showing');
    clock.now = 61_000;
    fail();
    await settle();
    expect(loaded).toEqual(['1_a', '1_a', '1_a', '1_a']);
  });
});
