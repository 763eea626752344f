/**
 * The engine's hand on the player: one thing at a time, and what each thing costs.
 *
 * A seek or a start takes a while, and nothing measured meanwhile means anything; taking its cost for drift is how
 * others came to skip without end. So while one runs the hand is busy. Afterwards it learns from the outcome: how long
 * the seek took, how far from the aim the start came out. Where seeks fail again and again it waits longer each time.
 *
 * It also keeps the rate: what somebody else sets (a speed menu, a key) is put back.
 */

import { LearntDelay } from './learnt_delay';
import type { PlayerEvent, PlayerPort } from './player_port';

/** A seek that has not come back by then has failed; a slow segment on a poor line takes seconds. */
const SEEK_GIVEN_UP_MS = 10_000;
/** Some players tell `seeked` late or never where the place was reached at once. */
const SEEK_SILENT_MS = 150;
const START_GIVEN_UP_MS = 3_000;
/** First wait after two seeks that were of no use, and the longest. */
const BACK_OFF_MS = 1_000;
const BACK_OFF_MOST_MS = 30_000;
/** So much quiet makes good for failures before. */
const FORGIVEN_AFTER_MS = 10_000;
/** Somebody who sets the rate more often than that in ten seconds is left alone for the rest of them. */
const RATE_FIGHTS = 5;
const RATE_FIGHT_WINDOW_MS = 10_000;
/** Rates closer than that are the same; players keep at least four digits (measured, Chromium 156). */
const SAME_RATE = 0.0005;

type Work =
  | { readonly kind: 'seek'; readonly sinceMs: number; readonly near: boolean; readonly running: boolean }
  | { readonly kind: 'start'; readonly sinceMs: number };

/** What is learnt once the outcome has been measured: `leadMs` was reckoned with. */
interface Lesson {
  readonly delay: LearntDelay;
  readonly leadMs: number;
}

export class Hand {
  /** From the call of `play()` until the media moves. */
  readonly startDelay = new LearntDelay(40, 0, 600);
  /** Of a seek in what is loaded already, while playing: how far the media falls behind. */
  readonly nearSeek = new LearntDelay(35, 0, 3_000);
  /** Of a seek while paused, near and far; being early only means to wait, hence the higher quantile. */
  readonly nearPausedSeek = new LearntDelay(60, 10, 3_000, 0.75);
  readonly farPausedSeek = new LearntDelay(250, 10, 5_000, 0.75);

  readonly #player: PlayerPort;
  #work: Work | null = null;
  #lesson: Lesson | null = null;
  #hasSeeked = false;
  #rate: number | null = null;
  #rateFights: number[] = [];
  #failures = 0;
  #seekNotBeforeMs = Number.NEGATIVE_INFINITY;
  #quietSinceMs: number | null = null;
  #isBlocked = false;
  /** What was asked of the player last; null before anything was. */
  #wantsPaused: boolean | null = null;

  constructor(player: PlayerPort) {
    this.#player = player;
  }

  get isBlocked(): boolean {
    return this.#isBlocked;
  }

  get wantsPaused(): boolean | null {
    return this.#wantsPaused;
  }

  get isSeeking(): boolean {
    return this.#work?.kind === 'seek';
  }

  /** Lets go of everything: other media, or somebody who watches freely. */
  release(): void {
    this.#work = null;
    this.#lesson = null;
    this.#rate = null;
    this.#wantsPaused = null;
    this.forgive();
  }

  /** Sets the rate where it is another. */
  setRate(rate: number): void {
    if (this.#rate === null || Math.abs(this.#rate - rate) > SAME_RATE) {
      this.#rate = rate;
      this.#player.setRate(rate);
    }
  }

  pause(): void {
    this.#wantsPaused = true;
    this.#work = null;
    this.#lesson = null;
    this.#player.pause();
  }

  /** @param leadMs how long the media may take to move, so that it is in time; what came of it is learnt */
  start(nowMs: number, leadMs: number): void {
    this.#wantsPaused = false;
    this.#work = { kind: 'start', sinceMs: nowMs };
    this.#lesson = { delay: this.startDelay, leadMs };
    this.#player.play();
  }

  /** @param near whether the place is probably loaded already */
  seek(seconds: number, near: boolean, nowMs: number): void {
    const running = !this.#player.isPaused;
    this.#hasSeeked = false;
    this.#work = { kind: 'seek', sinceMs: nowMs, near, running };
    this.#lesson = running ? { delay: this.nearSeek, leadMs: this.nearSeek.ms } : null;
    this.#player.seek(seconds);
  }

  /** Looks how far the work is. True while nothing else may be done and nothing be measured. */
  isBusy(nowMs: number): boolean {
    if (this.#work === null) {
      return false;
    }
    const lasted = nowMs - this.#work.sinceMs;
    const isDone = this.#work.kind === 'seek' ? this.#seekIsDone(lasted) : this.#startIsDone(lasted);
    if (isDone) {
      this.#finish(lasted);
    }
    return !isDone;
  }

  /** What a measurement right after a seek or a start has shown. @param errorMs ahead of the room, in real time */
  learn(errorMs: number): void {
    if (this.#lesson !== null) {
      this.#lesson.delay.learn(this.#lesson.leadMs - errorMs);
      this.#lesson = null;
    }
  }

  /** Whether something has just been done whose outcome is to be learnt. */
  get hasLesson(): boolean {
    return this.#lesson !== null;
  }

  /** Something came in between: what is measured now says nothing of it. */
  forgetLesson(): void {
    this.#lesson = null;
  }

  maySeek(nowMs: number): boolean {
    return nowMs >= this.#seekNotBeforeMs;
  }

  /**
   * A seek for the sake of sync was needed. Another one may follow at once, since what the first has loaded makes it
   * cheap; from then on each waits twice as long.
   */
  noteAttempt(nowMs: number): void {
    const waitMs =
      this.#failures === 0 ? 0 : Math.min(BACK_OFF_MOST_MS, BACK_OFF_MS * 2 ** (this.#failures - 1));
    this.#failures += 1;
    this.#seekNotBeforeMs = nowMs + waitMs;
    this.#quietSinceMs = null;
  }

  /** The room has moved: what failed before has nothing to do with it. */
  forgive(): void {
    this.#failures = 0;
    this.#seekNotBeforeMs = Number.NEGATIVE_INFINITY;
  }

  /** All is well at `nowMs`; after a while of that, failures are forgiven. */
  noteQuiet(nowMs: number): void {
    this.#quietSinceMs ??= nowMs;
    if (nowMs - this.#quietSinceMs >= FORGIVEN_AFTER_MS) {
      this.#failures = 0;
    }
  }

  onEvent(event: PlayerEvent, nowMs: number): void {
    switch (event.kind) {
      case 'seeked':
        this.#hasSeeked = true;
        break;
      case 'blocked':
        this.#isBlocked = true;
        this.#work = null;
        this.#lesson = null;
        break;
      case 'playing':
        this.#isBlocked = false;
        break;
      case 'rate':
        this.#keepRate(event.rate, nowMs);
        break;
      default:
    }
  }

  /** Somebody has touched the page: try again. */
  unblock(): void {
    this.#isBlocked = false;
  }

  #keepRate(rate: number, nowMs: number): void {
    if (this.#rate === null || Math.abs(rate - this.#rate) <= SAME_RATE) {
      return;
    }
    this.#rateFights = this.#rateFights.filter((atMs) => nowMs - atMs < RATE_FIGHT_WINDOW_MS);
    if (this.#rateFights.length < RATE_FIGHTS) {
      this.#rateFights.push(nowMs);
      this.#player.setRate(this.#rate);
    }
  }

  #seekIsDone(lastedMs: number): boolean {
    const hasCome = !this.#player.isSeeking && (this.#hasSeeked || lastedMs >= SEEK_SILENT_MS);
    return (hasCome && !this.#player.isBuffering) || lastedMs >= SEEK_GIVEN_UP_MS;
  }

  #startIsDone(lastedMs: number): boolean {
    return (!this.#player.isPaused && !this.#player.isBuffering) || lastedMs >= START_GIVEN_UP_MS;
  }

  #finish(lastedMs: number): void {
    const work = this.#work;
    this.#work = null;
    if (work?.kind === 'seek' && !work.running) {
      (work.near ? this.nearPausedSeek : this.farPausedSeek).learn(lastedMs);
    }
  }
}
