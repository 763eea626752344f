// @vitest-environment node
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Timeline } from './protocol';
import { adopt, newest, settled, type Track, targetAt, trackTarget } from './timeline';

const T = 1_700_000_000_000;

function timeline(change: Partial<Timeline> = {}): Timeline {
  return { revision: 1, paused: false, position: 10, rate: 1, at: T, ...change };
}

describe('where the media stands', () => {
  it('moves with the rate from `at` on', () => {
    expect(targetAt(timeline({ rate: 1.5 }), T + 4_000, 100)).toMatchObject({ paused: false, position: 16 });
  });

  it('stands still before `at`, and when paused', () => {
    expect(targetAt(timeline(), T - 300, 100)).toMatchObject({ paused: true, position: 10 });
    expect(targetAt(timeline({ paused: true }), T + 9_000, 100)).toMatchObject({
      paused: true,
      position: 10,
    });
  });

  it('stands still at the end', () => {
    expect(targetAt(timeline(), T + 200_000, 100)).toMatchObject({ paused: true, position: 100 });
  });

  it.each([0, Number.NaN])('has no end where the duration is %d (live)', (duration) => {
    expect(targetAt(timeline(), T + 200_000, duration)).toMatchObject({ paused: false, position: 210 });
  });
});

describe('a change that is still to come', () => {
  const old = timeline();
  const seek = timeline({ revision: 2, position: 500, at: T + 1_300 });
  const track = adopt({ holding: old, coming: null }, seek, T + 1_000);

  it('leaves the old one holding until its moment', () => {
    expect(trackTarget(track, T + 1_299, 900)).toMatchObject({ revision: 1, position: 11.299 });
    expect(trackTarget(track, T + 1_300, 900)).toMatchObject({ revision: 2, position: 500 });
    expect(settled(track, T + 1_400)).toEqual({ holding: seek, coming: null });
  });

  it('is what people see at once', () => {
    expect(newest(track)).toBe(seek);
  });

  it('is replaced by a newer one, while the old one still holds', () => {
    const pause = timeline({ revision: 3, paused: true, position: 11.1, at: T + 1_100 });
    expect(adopt(track, pause, T + 1_150)).toEqual({ holding: pause, coming: null });
    const later = timeline({ revision: 3, position: 700, at: T + 1_500 });
    expect(adopt(track, later, T + 1_150)).toEqual({ holding: old, coming: later });
  });

  it('is all that a late joiner has', () => {
    expect(adopt(null, seek, T + 1_000)).toEqual({ holding: seek, coming: null });
  });
});

describe('a track', () => {
  const news = fc.record({
    revision: fc.integer({ min: 1, max: 12 }),
    paused: fc.boolean(),
    position: fc.integer({ min: 0, max: 1_000 }),
    rate: fc.constantFrom(0.5, 1, 2),
    at: fc.integer({ min: T - 5_000, max: T + 20_000 }),
  });

  it('never goes back, whatever comes in whatever order, twice or late', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(news, fc.nat(500)), { minLength: 1, maxLength: 30 }), (arrivals) => {
        let track: Track | null = null;
        let now = T;
        let highest = 0;
        for (const [incoming, waited] of arrivals) {
          now += waited;
          track = adopt(track, incoming, now);
          highest = Math.max(highest, incoming.revision);
          expect(newest(track).revision).toBe(highest);
          expect(track.coming === null || track.coming.revision > track.holding.revision).toBe(true);
        }
      }),
    );
  });

  it('ends the same for everybody who heard everything, in any order', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(news, { selector: (one) => one.revision, minLength: 1, maxLength: 8 }),
        (all) => {
          const late = T + 60_000;
          const heard = (order: readonly Timeline[]) =>
            order.reduce<Track | null>((track, one) => adopt(track, one, T), null) as Track;
          const shuffled = [...all].reverse();
          expect(trackTarget(heard(all), late, 0)).toEqual(trackTarget(heard(shuffled), late, 0));
        },
      ),
    );
  });
});
