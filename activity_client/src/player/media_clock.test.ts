import { describe, expect, it } from 'vitest';
import { MediaClock } from './media_clock';
import { ensureStorage } from './storage_stand_in';

type OnFrame = (now: number, frame: { mediaTime: number; expectedDisplayTime: number }) => void;

/** A video whose frames come when a test says so. */
class FakeVideo {
  paused = false;
  seeking = false;
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

describe('the media clock', () => {
  it('is the frame that is shown, and when', () => {
    const { video, clock } = clockOf();
    video.shows(9.96, 1012);
    expect(clock.read()).toEqual({ mediaSeconds: 9.96, atMs: 1012 });
    video.shows(10, 1052);
    expect(clock.read()).toEqual({ mediaSeconds: 10, atMs: 1052 });
  });

  it.each([
    ['no frame has come for a while', (all: ReturnType<typeof clockOf>) => (all.state.now = 1500)],
    ['the page is hidden', (all: ReturnType<typeof clockOf>) => (all.state.isHidden = true)],
    ['it is paused', (all: ReturnType<typeof clockOf>) => (all.video.paused = true)],
    ['it seeks', (all: ReturnType<typeof clockOf>) => (all.video.seeking = true)],
    ['other media came', (all: ReturnType<typeof clockOf>) => all.clock.reset()],
  ])('is the element’s own where %s', (_, change) => {
    const all = clockOf();
    all.video.shows(9.96, 1012);
    change(all);
    expect(all.clock.read()).toEqual({ mediaSeconds: 10, atMs: all.state.now });
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
