import { describe, expect, it } from 'vitest';
import { PAUSED, Sampler, SEEKING, STARVED } from './sampler';

type Listener = () => void;

/** A page with one video, whose clocks and callbacks the test turns. */
function page() {
  const listeners = new Map<string, Listener>();
  const frames: ((now: number, frame: object) => void)[] = [];
  const video = {
    readyState: 4,
    currentTime: 12.5,
    playbackRate: 1.02,
    paused: false,
    seeking: false,
    addEventListener: (name: string, listener: Listener) => listeners.set(name, listener),
    requestVideoFrameCallback: (callback: (now: number, frame: object) => void) => frames.push(callback),
  };
  const clock = { timeOrigin: 1000, now: () => 500 };
  const view = {
    document: { querySelector: () => video },
    performance: clock,
    setInterval: () => 0,
    watchTogether: undefined as (() => object | null) | undefined,
  };
  return { video, listeners, frames, view, sampler: new Sampler(view as unknown as Window) };
}

describe('the sampler', () => {
  it('reads the video against the shared clock', () => {
    const { sampler } = page();
    sampler.look();
    expect(sampler.take().samples).toEqual([[1500, 12.5, 1.02, 0]]);
    expect(sampler.take().samples).toEqual([]);
  });

  it('says what keeps a video from running', () => {
    const { sampler, video } = page();
    Object.assign(video, { paused: true, seeking: true, readyState: 2 });
    sampler.look();
    expect(sampler.take().samples[0]?.[3]).toBe(PAUSED | SEEKING | STARVED);
  });

  it('has nothing to say of a video without media', () => {
    const { sampler, video } = page();
    video.readyState = 0;
    sampler.look();
    expect(sampler.take().samples).toEqual([]);
  });

  it('records each frame with the time at which it is shown, and asks for the next', () => {
    const { sampler, frames } = page();
    sampler.look();
    frames.shift()?.(0, { expectedDisplayTime: 510, mediaTime: 12.48 });
    frames.shift()?.(0, { expectedDisplayTime: 550, mediaTime: 12.52 });
    expect(sampler.take().frames).toEqual([
      [1510, 12.48],
      [1550, 12.52],
    ]);
  });

  it('records what happens to the video', () => {
    const { sampler, listeners } = page();
    sampler.look();
    listeners.get('seeking')?.();
    expect(sampler.take().happenings).toEqual([[1500, 'seeking', 1.02]]);
  });

  it('asks the engine where there is one', () => {
    const { sampler, view } = page();
    sampler.look();
    view.watchTogether = () => ({ serverNowMs: 1503, boundMs: 8, driftMs: null });
    sampler.look();
    view.watchTogether = () => null;
    sampler.look();
    expect(sampler.take().beliefs).toEqual([[1500, 1503, 8, null]]);
  });

  it('tells how far its clock is from the wall clock', () => {
    const { sampler } = page();
    const before = Date.now();
    sampler.look();
    const [least, most] = sampler.take().walls;
    expect(least).toBe(most);
    expect(least).toBeGreaterThanOrEqual(before - 1500);
  });
});
