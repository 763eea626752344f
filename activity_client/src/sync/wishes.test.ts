// @vitest-environment node
import { describe, expect, it } from 'vitest';
import type { Timeline } from './protocol';
import { PlaybackWishes, type Standing, WISH_ANSWER_MS } from './wishes';

const T = 1_700_000_000_000;

function standing(change: Partial<Timeline> = {}, rest: Partial<Standing> = {}): Standing {
  const timeline = { revision: 7, paused: false, position: 50, rate: 1, at: T, ...change };
  return { timeline, entryId: '0_film', effectMs: T + 10_000, nowMs: 0, ...rest };
}

describe('a wish', () => {
  it('says where the media shall stand when it takes effect', () => {
    const wishes = new PlaybackWishes();
    wishes.ask({ cause: 'rate', rate: 1.5 });
    expect(wishes.take(1, standing())).toEqual({
      type: 'playback.set',
      ref: 1,
      base_revision: 7,
      paused: false,
      position: 60,
      rate: 1.5,
      cause: 'rate',
    });
  });

  it('to play goes on from where it was paused', () => {
    const wishes = new PlaybackWishes();
    wishes.ask({ cause: 'play', paused: false });
    expect(wishes.take(1, standing({ paused: true }))).toMatchObject({ paused: false, position: 50 });
  });

  it('waits for the one before, and takes in those after it', () => {
    const wishes = new PlaybackWishes();
    wishes.ask({ cause: 'seek', position: 1 });
    expect(wishes.take(1, standing())).toMatchObject({ position: 1 });
    for (const position of [2, 3, 4]) {
      wishes.ask({ cause: 'seek', position });
      expect(wishes.take(9, standing())).toBeNull();
    }
    expect(wishes.wanted).toEqual({ cause: 'seek', position: 4 });
    expect(wishes.onDone(1)).toBe(true);
    expect(wishes.take(2, standing({ revision: 8 }, { nowMs: 300 }))).toBeNull();
    const sent = wishes.take(2, standing({ revision: 8 }, { nowMs: 400 }));
    expect(sent).toMatchObject({ ref: 2, base_revision: 8, position: 4 });
    expect(wishes.onDone(2)).toBe(true);
    expect(wishes.isBusy).toBe(false);
  });

  it('to pause, while a seek is under way, means the place that was sought', () => {
    const wishes = new PlaybackWishes();
    wishes.ask({ cause: 'seek', position: 300 });
    wishes.take(1, standing());
    wishes.ask({ cause: 'pause', paused: true, position: 60 });
    wishes.onDone(1);
    expect(wishes.take(2, standing({ revision: 8, position: 300 }))).toMatchObject({
      paused: true,
      position: 300,
    });
  });

  it('to pause, while a seek waits, is one change with it', () => {
    const wishes = new PlaybackWishes();
    wishes.ask({ cause: 'rate', rate: 2 });
    wishes.take(1, standing());
    wishes.ask({ cause: 'seek', position: 300 });
    wishes.ask({ cause: 'pause', paused: true, position: 60 });
    wishes.onDone(1);
    const message = wishes.take(2, standing({ revision: 8, rate: 2 }, { nowMs: 500 }));
    expect(message).toMatchObject({ cause: 'seek', paused: true, position: 300, rate: 2 });
  });

  it('is not done by the answer to another one', () => {
    const wishes = new PlaybackWishes();
    wishes.ask({ cause: 'seek', position: 1 });
    wishes.take(5, standing());
    expect(wishes.onDone(4)).toBe(false);
    expect(wishes.onStale(4, 6, standing())).toBeNull();
    expect(wishes.isOurs(5)).toBe(true);
  });

  it('is given up when no answer comes', () => {
    const wishes = new PlaybackWishes();
    wishes.ask({ cause: 'seek', position: 1 });
    wishes.take(1, standing());
    expect(wishes.isUnanswered(WISH_ANSWER_MS - 1)).toBe(false);
    expect(wishes.isUnanswered(WISH_ANSWER_MS)).toBe(true);
  });

  it('is said again on its old revision when the line is back: it may have been done', () => {
    const wishes = new PlaybackWishes();
    wishes.ask({ cause: 'seek', position: 1 });
    wishes.take(1, standing());
    expect(wishes.again(2, standing({ revision: 8 }))).toMatchObject({
      ref: 2,
      base_revision: 7,
      position: 1,
    });
  });
});

describe('a wish that came too late', () => {
  function rejected(
    wish: Parameters<PlaybackWishes['ask']>[0],
    now: Partial<Timeline>,
    rest: Partial<Standing> = {},
  ) {
    const wishes = new PlaybackWishes();
    wishes.ask(wish);
    wishes.take(1, standing());
    return wishes.onStale(1, 2, standing({ revision: 8, position: 58, at: T + 8_000, ...now }, rest));
  }

  it('is said again where only other things were changed', () => {
    expect(rejected({ cause: 'seek', position: 90 }, { rate: 1.5 })).toMatchObject({
      ref: 2,
      base_revision: 8,
      position: 90,
      rate: 1.5,
    });
    expect(rejected({ cause: 'rate', rate: 2 }, { paused: true })).toMatchObject({ paused: true, rate: 2 });
    expect(rejected({ cause: 'rate', rate: 2 }, { position: 400 })).toMatchObject({ position: 402, rate: 2 });
  });

  it('is dropped where somebody went elsewhere, or changed the same', () => {
    expect(rejected({ cause: 'seek', position: 90 }, { position: 400 })).toBe('overtaken');
    expect(rejected({ cause: 'pause', paused: true, position: 58 }, { position: 400 })).toBe('overtaken');
    expect(rejected({ cause: 'rate', rate: 2 }, { rate: 0.5 })).toBe('overtaken');
  });

  it('is dropped where the video is another', () => {
    expect(rejected({ cause: 'seek', position: 90 }, {}, { entryId: '0_other' })).toBe('overtaken');
  });

  it('is done where somebody did just that', () => {
    expect(rejected({ cause: 'pause', paused: true, position: 58 }, { paused: true })).toBe('done');
    expect(rejected({ cause: 'rate', rate: 1.5 }, { rate: 1.5 })).toBe('done');
  });

  it('is not tried for ever', () => {
    const wishes = new PlaybackWishes();
    wishes.ask({ cause: 'seek', position: 90 });
    wishes.take(1, standing());
    let outcome: unknown;
    for (let ref = 1; ref < 5; ref += 1) {
      outcome = wishes.onStale(ref, ref + 1, standing({ revision: 7 + ref }));
    }
    expect(outcome).toBe('overtaken');
    expect(wishes.isBusy).toBe(false);
  });
});
