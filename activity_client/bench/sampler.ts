/**
 * Watches a page's video from outside, for the benchmark: `make bench-sync` puts this script into every page it opens,
 * the Activity's as well as the peers'.
 *
 * All times are milliseconds since the epoch by `performance.timeOrigin + performance.now()`, a clock that all pages of
 * one machine share up to a constant: `walls` tells how far each one's stands from `Date.now()`.
 *
 * Of the Activity built for the benchmark it also reads `window.watchTogether`, which tells what the engine believes.
 */

import '../src/visit/shown_to_bench';

/** Bits that say why a sample is not of a video that runs. */
export const PAUSED = 1;
export const SEEKING = 2;
export const STARVED = 4;

/** Time, seconds of media, rate, bits. */
export type Sample = readonly [at: number, mediaSeconds: number, rate: number, bits: number];
/** When a frame is on the screen, and its place in the media. */
export type Frame = readonly [at: number, mediaSeconds: number];
/** What happened to the video: the event's name and the rate it then had. */
export type Happening = readonly [at: number, name: string, rate: number];
/** Time, the server's time as the engine believes, its bound for the error, its drift; all milliseconds. */
export type Belief = readonly [at: number, serverNow: number, bound: number | null, drift: number | null];

export interface Recording {
  readonly samples: readonly Sample[];
  readonly frames: readonly Frame[];
  readonly happenings: readonly Happening[];
  readonly beliefs: readonly Belief[];
  /** `Date.now()` minus our clock, the smallest and the largest that was seen. */
  readonly walls: readonly [number, number];
}

const SAMPLE_EVERY_MS = 50;
const HAVE_FUTURE_DATA = 3;
const UNINTERRUPTED_MS = 1;
const EVENTS = ['canplay', 'playing', 'pause', 'seeking', 'seeked', 'ratechange', 'waiting', 'ended'];

export class Sampler {
  #samples: Sample[] = [];
  #frames: Frame[] = [];
  #happenings: Happening[] = [];
  #beliefs: Belief[] = [];
  #walls: [number, number] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  #video: HTMLVideoElement | null = null;

  constructor(private readonly page: Window) {
    page.setInterval(() => this.look(), SAMPLE_EVERY_MS);
  }

  /** What was recorded since the last time. */
  take(): Recording {
    const taken: Recording = {
      samples: this.#samples,
      frames: this.#frames,
      happenings: this.#happenings,
      beliefs: this.#beliefs,
      walls: this.#walls,
    };
    this.#samples = [];
    this.#frames = [];
    this.#happenings = [];
    this.#beliefs = [];
    return taken;
  }

  look(): void {
    this.#find();
    this.#compareClocks();
    this.#askEngine();
    const video = this.#video;
    if (video !== null && video.readyState > 0) {
      this.#samples.push([this.#at(), video.currentTime, video.playbackRate, bitsOf(video)]);
    }
  }

  #find(): void {
    const found = this.page.document.querySelector('video');
    if (found !== null && found !== this.#video) {
      this.#video = found;
      for (const name of EVENTS) {
        found.addEventListener(name, () => this.#happenings.push([this.#at(), name, found.playbackRate]));
      }
      this.#watchFrames(found);
    }
  }

  #watchFrames(video: HTMLVideoElement): void {
    video.requestVideoFrameCallback((_now, { expectedDisplayTime, mediaTime }) => {
      this.#frames.push([this.page.performance.timeOrigin + expectedDisplayTime, mediaTime]);
      this.#watchFrames(video);
    });
  }

  #compareClocks(): void {
    const difference = Date.now() - this.#at();
    this.#walls = [Math.min(this.#walls[0], difference), Math.max(this.#walls[1], difference)];
  }

  #askEngine(): void {
    const before = this.#at();
    const belief = this.page.watchTogether?.();
    // A page that was put aside in between would show its pause as an error of the clock.
    if (belief && this.#at() - before < UNINTERRUPTED_MS) {
      this.#beliefs.push([before, belief.serverNowMs, belief.boundMs, belief.driftMs]);
    }
  }

  #at(): number {
    return this.page.performance.timeOrigin + this.page.performance.now();
  }
}

function bitsOf(video: HTMLVideoElement): number {
  return (
    (video.paused ? PAUSED : 0) |
    (video.seeking ? SEEKING : 0) |
    (video.readyState < HAVE_FUTURE_DATA ? STARVED : 0)
  );
}
