import { describe, expect, it } from 'vitest';
import { MediaClock } from './media_clock';
import { ensureStorage } from './storage_stand_in';

type OnFrame = (now: number, frame: { mediaTime: number; expectedDisplayTime: number }) => void;

/** A video whose frames come when a test says so. */
class FakeVideo {
  paused = false;
  seeking = false;
  playbackRate = 1;
  currentTime = 10;
  #next: OnFrame | null = null;

  requestVideoFrameCallback(next: OnFrame) {
    this.#next = next;
    return 1;
  }

  shows(mediaTime: number, expectedDisplayTime: number) {
    this.#next?.(0, { mediaTime, expectedDisplayTime });
  }
}

function clockOf() {
  const video = new FakeVideo();
  const state = { now: 1000, isHidden: false };
  const clock = new MediaClock(
    video as unknown as HTMLVideoElement,
    () => state.now,
    () => state.isHidden,
  );
  return { video, state, clock };
}

/** Reads at 50 ms while the film runs: frames every 40 ms, and an element that tells by steps of `steps` seconds. */
function readThrough(all: ReturnType<typeof clockOf>, steps: number) {
  const readings = [];
  for (let ms = 0; ms < 2_000; ms += 10) {
    all.state.now = 1_000 + ms;
    all.video.currentTime = 10 + (steps === 0 ? ms / 1_000 : Math.floor(ms / 1_000 / steps) * steps);
    if (ms % 40 === 0) {
      all.video.shows(10 + ms / 1_000, all.state.now);
    }
    if (ms % 50 === 0) {
      readings.push(all.clock.read());
    }
  }
  return readings;
}

describe('the media clock', () => {
  it('is the element’s own, which runs with the sound', () => {
    const all = clockOf();
    for (const { mediaSeconds, atMs } of readThrough(all, 0)) {
      expect(mediaSeconds * 1_000 - atMs).toBeCloseTo(9_000);
    }
  });

  it('is the frame that is shown, and when, where the element’s own goes by steps', () => {
    const all = clockOf();
    const readings = readThrough(all, 0.25).slice(-10);
    for (const { mediaSeconds, atMs } of readings) {
      expect(mediaSeconds * 1_000 - atMs).toBeCloseTo(9_000);
    }
  });

  it.each([
    ['no frame has come for a while', (all: ReturnType<typeof clockOf>) => (all.state.now = 4_000)],
    ['the page is hidden', (all: ReturnType<typeof clockOf>) => (all.state.isHidden = true)],
    ['it is paused', (all: ReturnType<typeof clockOf>) => (all.video.paused = true)],
    ['it seeks', (all: ReturnType<typeof clockOf>) => (all.video.seeking = true)],
    ['other media came', (all: ReturnType<typeof clockOf>) => all.clock.reset()],
    ['the rate has just changed', (all: ReturnType<typeof clockOf>) => (all.video.playbackRate = 1.02)],
  ])('is the element’s own all the same where %s', (_, change) => {
    const all = clockOf();
    readThrough(all, 0.25);
    change(all);
    expect(all.clock.read()).toEqual({ mediaSeconds: all.video.currentTime, atMs: all.state.now });
  });
});

describe('storage', () => {
  it('that is forbidden to a frame is stood in for', () => {
    const forbidden = {};
    Object.defineProperty(forbidden, 'localStorage', {
      get: () => {
        throw new DOMException('Access is denied for this document.', 'SecurityError');
      },
      configurable: true,
    });
    Object.defineProperty(forbidden, 'sessionStorage', { value: 'works', configurable: true });
    const window = forbidden as unknown as Window;
    ensureStorage(window);
    window.localStorage.setItem('a', 'b');
    expect(window.localStorage.getItem('a')).toBe('b');
    expect(window.localStorage.getItem('c')).toBeNull();
    expect(window.localStorage.length).toBe(1);
    expect(window.sessionStorage).toBe('works');
  });
});
