/**
 * A player on simulated time, with the habits that were measured of the real one (Chromium 156, Kaltura's player).
 *
 * It starts a while after it is told to, a seek costs it 12 to 42 ms in what is loaded and half a second outside of it,
 * its clock runs a little wrongly, it stalls when it is made to, frames come by the beat of the screen.
 */

import type { MediaSample, PlayerEvent, PlayerPort, PlayerState } from '../../src/sync/player_port';
import { between, type Chance, type SimulatedTime } from './simulated_time';

export interface Habits {
  /** From `play()` until the media moves, ms. */
  readonly start: readonly [number, number];
  /** Of a seek within `loadedSeconds`, ms. */
  readonly nearSeek: readonly [number, number];
  readonly farSeek: readonly [number, number];
  readonly loadedSeconds: number;
  /** The media clock against true time, in millionths. */
  readonly skewPpm: number;
  /** `clock`: currentTime; `frames`: the media time of displayed frames. */
  readonly readings: 'clock' | 'frames';
  readonly framesPerSecond: number;
  /** Rates are rounded to this; 0 keeps them exactly. */
  readonly rateStep: number;
  /** The real rate is off by up to this share of its distance from 1 (measured: 1.1 gave 1.1005, 0.9 gave 0.8984). */
  readonly rateError: number;
  /** The browser refuses to play before a touch. */
  readonly needsTouch: boolean;
}

export const USUAL_HABITS: Habits = {
  start: [20, 60],
  nearSeek: [15, 42],
  farSeek: [50, 500],
  loadedSeconds: 12,
  skewPpm: 0,
  readings: 'clock',
  framesPerSecond: 25,
  rateStep: 0,
  rateError: 0.01,
  needsTouch: false,
};

/** Of a screen of 60 Hz. */
const BEAT_MS = 1000 / 60;

export class SimulatedPlayer implements PlayerPort {
  state: PlayerState = 'empty';
  isPaused = true;
  isSeeking = false;
  isBuffering = false;
  durationSeconds = Number.NaN;
  /** All seeks that were asked for. */
  readonly seeks: { readonly atMs: number; readonly to: number }[] = [];
  rateChanges = 0;
  /** As asked, over the room's. */
  rate = 1;
  hasBeenTouched = false;
  readonly #time: SimulatedTime;
  readonly #random: Chance;
  readonly #ownNow: (trueMs: number) => number;
  readonly #habits: Habits;
  readonly #listeners = new Set<(event: PlayerEvent) => void>();
  #position = 0;
  #sinceMs = 0;
  #isMoving = false;
  /** Raised by everything that makes an earlier seek or start void. */
  #doing = 0;
  #isStalled = false;
  #realRate = 1;

  /** @param ownNow the viewer's own clock at a true time */
  constructor(
    time: SimulatedTime,
    random: Chance,
    ownNow: (trueMs: number) => number,
    habits: Partial<Habits> = {},
  ) {
    this.#time = time;
    this.#random = random;
    this.#ownNow = ownNow;
    this.#habits = { ...USUAL_HABITS, ...habits };
  }

  /** Where the media really is. */
  get truth(): number {
    const moved = this.#isMoving ? (this.#time.nowMs - this.#sinceMs) * this.#realRate * this.#skew() : 0;
    const position = this.#position + moved / 1000;
    return this.durationSeconds > 0 ? Math.min(position, this.durationSeconds) : position;
  }

  /** Whether the media moves now. */
  get isMoving(): boolean {
    return this.#isMoving;
  }

  /** Loads media; it can be played after `ms`. */
  load(duration: number, ms: number): void {
    this.#stop();
    this.#doing += 1;
    this.#position = 0;
    this.isPaused = true;
    this.isSeeking = false;
    this.isBuffering = false;
    this.state = 'loading';
    this.#emit({ kind: 'state' });
    this.#time.after(ms, () => {
      this.state = 'ready';
      this.durationSeconds = duration;
      this.#emit({ kind: 'state' });
    });
  }

  sample(): MediaSample | null {
    if (this.state !== 'ready' && this.state !== 'ended') {
      return null;
    }
    const now = this.#time.nowMs;
    if (this.#habits.readings === 'clock' || !this.#isMoving) {
      const noise = this.#isMoving ? between(this.#random, -0.0004, 0.0004) : 0;
      return { mediaSeconds: this.truth + noise, atMs: this.#ownNow(now) };
    }
    return this.#frameSample(now);
  }

  play(): void {
    if (this.#habits.needsTouch && !this.hasBeenTouched) {
      this.#later(5, () => this.#emit({ kind: 'blocked' }));
      return;
    }
    if (!this.isPaused) {
      return;
    }
    this.isPaused = false;
    if (this.state === 'ended') {
      this.state = 'ready';
      this.#position = 0;
    }
    this.#start();
  }

  pause(): void {
    if (this.isPaused) {
      return;
    }
    this.#stop();
    this.isPaused = true;
    if (!this.isSeeking) {
      this.#doing += 1;
    }
    this.#later(2, () => this.#emit({ kind: 'paused' }));
  }

  seek(seconds: number): void {
    const isNear = Math.abs(seconds - this.truth) <= this.#habits.loadedSeconds;
    this.seeks.push({ atMs: this.#time.nowMs, to: seconds });
    this.#stop();
    this.#doing += 1;
    const doing = this.#doing;
    this.#position = this.durationSeconds > 0 ? Math.min(seconds, this.durationSeconds) : seconds;
    this.isSeeking = true;
    this.state = 'ready';
    this.#emit({ kind: 'seeking' });
    const [least, most] = isNear ? this.#habits.nearSeek : this.#habits.farSeek;
    this.isBuffering = !isNear && !this.isPaused;
    this.#time.after(between(this.#random, least, most), () => {
      if (doing === this.#doing) {
        this.#arrive();
      }
    });
  }

  setRate(rate: number): void {
    const step = this.#habits.rateStep;
    const kept = step === 0 ? rate : Math.round(rate / step) * step;
    this.#settle();
    this.rateChanges += 1;
    this.rate = rate;
    this.#realRate = kept + (kept - 1) * between(this.#random, -1, 1) * this.#habits.rateError;
    this.#later(1, () => this.#emit({ kind: 'rate', rate }));
  }

  /** Somebody else sets the rate: a menu, a key. */
  setForeignRate(rate: number): void {
    this.#settle();
    this.rate = rate;
    this.#realRate = rate;
    this.#emit({ kind: 'rate', rate });
  }

  /** Nothing more is loaded for so long. */
  stall(ms: number): void {
    if (!this.#isMoving) {
      return;
    }
    this.#stop();
    this.#isStalled = true;
    this.isBuffering = true;
    const doing = this.#doing;
    this.#emit({ kind: 'waiting' });
    this.#time.after(ms, () => {
      this.#isStalled = false;
      this.isBuffering = this.isSeeking && this.isBuffering;
      if (doing === this.#doing && !this.isPaused) {
        this.#move();
        this.#emit({ kind: 'playing' });
      }
    });
  }

  /** The browser, or a person at the player itself, pauses it. */
  pauseByOther(): void {
    this.#stop();
    this.#doing += 1;
    this.isPaused = true;
    this.#emit({ kind: 'paused' });
  }

  subscribe(listener: (event: PlayerEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #arrive(): void {
    this.isSeeking = false;
    this.isBuffering = this.#isStalled;
    this.#emit({ kind: 'seeked' });
    if (!this.isPaused && !this.#isStalled) {
      this.#move();
    }
  }

  #start(): void {
    if (this.isSeeking || this.#isStalled) {
      return;
    }
    this.#doing += 1;
    const doing = this.#doing;
    this.#later(4, () => doing === this.#doing && this.#emit({ kind: 'playing' }));
    this.#time.after(between(this.#random, ...this.#habits.start), () => {
      if (doing === this.#doing && !this.isPaused) {
        this.#move();
      }
    });
  }

  #move(): void {
    this.#sinceMs = this.#time.nowMs;
    this.#isMoving = true;
    this.#watchForTheEnd();
  }

  #watchForTheEnd(): void {
    const doing = this.#doing;
    const leftMs = ((this.durationSeconds - this.truth) / this.#realRate) * 1000;
    if (!Number.isFinite(leftMs) || leftMs > 60_000) {
      return;
    }
    this.#time.after(Math.max(1, leftMs), () => {
      if (doing === this.#doing && this.#isMoving) {
        this.#stopAtTheEnd();
      }
    });
  }

  #stopAtTheEnd(): void {
    if (this.truth < this.durationSeconds - 0.001) {
      this.#watchForTheEnd();
      return;
    }
    this.#stop();
    this.isPaused = true;
    this.state = 'ended';
    this.#emit({ kind: 'paused' });
    this.#emit({ kind: 'ended' });
  }

  #stop(): void {
    this.#settle();
    this.#isMoving = false;
  }

  #settle(): void {
    this.#position = this.truth;
    this.#sinceMs = this.#time.nowMs;
  }

  #skew(): number {
    return 1 + this.#habits.skewPpm * 1e-6;
  }

  /** The newest frame on screen: it came with the first beat after its time. */
  #frameSample(now: number): MediaSample {
    const perMs = (this.#realRate * this.#skew()) / 1000;
    const frame = 1 / this.#habits.framesPerSecond;
    const lastBeatMs = Math.floor(now / BEAT_MS) * BEAT_MS;
    const media = this.truth - (now - lastBeatMs) * perMs;
    const shown = Math.floor(media / frame + 1e-9) * frame;
    const dueMs = lastBeatMs - (media - shown) / perMs;
    return { mediaSeconds: shown, atMs: this.#ownNow(Math.ceil(dueMs / BEAT_MS - 1e-9) * BEAT_MS) };
  }

  #later(ms: number, action: () => void): void {
    this.#time.after(ms, action);
  }

  #emit(event: PlayerEvent): void {
    for (const listener of [...this.#listeners]) {
      listener(event);
    }
  }
}
