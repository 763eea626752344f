/**
 * The feedback loop that holds a player on the room's timeline.
 *
 * The theory. Once the clock is known, where the media should be is known at every moment; what is left is a machine
 * with habits: it starts a little after it is told to, a seek costs it a while, its own clock runs a little differently,
 * it stalls. A threshold alone (act beyond x) either never settles or never stops, so:
 *
 * - Within 6 ms it is left alone. From there on (from more, where readings scatter) the rate is changed by what nobody
 *   hears, until 1.5 ms are left: the gap between the two thresholds is what keeps it from oscillating.
 * - Farther away, whichever is quicker: a bolder rate, or a seek that aims ahead of the room by what seeks have cost.
 * - A start is told as much early as starts have taken, so that the media moves at the very moment.
 * - A far jump is made standing: pause, seek ahead, and start when the room comes by. That is exact whatever the seek
 *   costs; a near one is made running, since what is loaded already costs a few frames only.
 * - A change that is still to come is prepared, and done at its moment.
 * - One thing at a time, and nothing is measured while it runs (`hand.ts`). What failed is tried again later and later.
 *
 * `tick` may be called at any time and as rarely as a hidden page's timers run (once a second): it decides by the clock,
 * and says when it would like to be called next.
 */

import { DriftMeter } from './drift_meter';
import { Hand } from './hand';
import type { PlayerEvent, PlayerPort } from './player_port';
import { GENTLE, rateShare, secondsByRate } from './rate_plan';

/** A timeline by our own clock: at `atMs` the media stands at `position`. */
export interface Line {
  readonly revision: number;
  readonly paused: boolean;
  /** Seconds of media. */
  readonly position: number;
  readonly rate: number;
  readonly atMs: number;
}

export interface Plan {
  readonly holding: Line;
  readonly coming: Line | null;
  /** Seconds; 0 or NaN where the media has no end. */
  readonly duration: number;
  /** How much readings of the clock scatter, ms: there is no use in being more exact. */
  readonly clockScatterMs: number;
}

export type Correction = 'none' | 'rate' | 'seek';
export type ControllerState = 'idle' | 'in_sync' | 'catching_up' | 'stalled' | 'blocked';

/** Seconds at which a correction starts and stops. */
export const START_CORRECTING = 0.006;
export const STOP_CORRECTING = 0.0015;
/** After a start or a seek nothing is left to chance: what is left over is corrected from here on, once. */
const TRIM = 0.004;
/** However much readings scatter, this is corrected. */
const START_MOST = 0.05;
/** Nobody is sent through a seek for less, seconds. */
const SEEK_LEAST = 0.15;
/** What a seek is worth avoiding, seconds: it is seen and heard. */
const SEEK_PENALTY = 0.5;
/** Where a seek is weighed against the rate: seconds until this much is left. */
const CLOSE_ENOUGH = 0.06;
/** Up to here, seconds, a place is probably loaded already. */
const NEAR = 4;
/** Running seeks that cost more, ms, are better made standing. */
const RUNNING_SEEK_MOST_MS = 150;
/** A start may be waited for so long, seconds; farther ahead it is quicker to seek back. */
const WAIT_MOST = 1.5;
/** A start may come so late, seconds, and be made good by rate. */
const LATE_MOST = 0.06;
/** Standing media this close, seconds, is on the frame: far less than one lasts, far more than a seek misses. */
const ON_THE_FRAME = 0.001;
/** Tries to stand on the frame, for each change. */
const SETTLE_TRIES = 3;
/** After `pause()`, until the media clock has really stopped. */
const PAUSE_SETTLES_MS = 60;
/** Readings that scatter more, seconds, are still on the move. */
const STEADY = 0.012;
/** What counts as in sync, seconds: about a frame. */
const IN_SYNC = 0.045;
/** Between two looks while readings are gathered after something was done. */
const QUICK_LOOK_MS = 40;
const LOOK_LEAST_MS = 30;
const LOOK_SPREAD_MS = 40;
const GOLDEN = 0.618_034;
const TICK_MS = 100;
/** The next look is reckoned to be as far off as the farthest of so much time: messages and events make extra ones. */
const GAP_REMEMBERED_MS = 5_000;
/** At its end media is left to run out, so far before it, seconds. */
const END_ZONE = 2;

export class Controller {
  readonly #player: PlayerPort;
  readonly #now: () => number;
  readonly #meter = new DriftMeter();
  readonly #hand: Hand;
  #share = 0;
  #shareSinceMs = 0;
  #lastTickMs: number | null = null;
  #longestGap = { ms: TICK_MS, atMs: Number.NEGATIVE_INFINITY };
  #revision = -1;
  #hasArrived = false;
  /** Nothing is left of the last start or seek. */
  #isTrimmed = false;
  /** The coming change that was acted on already, a little before its moment. */
  #prepared = -1;
  #looks = 0;
  #settleTries = 0;
  #pausedAtMs = Number.NEGATIVE_INFINITY;
  #wakeAtMs: number | null = null;
  #state: ControllerState = 'idle';
  #corrections = 0;
  #seeks = 0;

  constructor(player: PlayerPort, now: () => number) {
    this.#player = player;
    this.#now = now;
    this.#hand = new Hand(player);
  }

  get state(): ControllerState {
    return this.#state;
  }

  /** Media less the room's, ms of media; null while nothing can be measured. */
  get driftMs(): number | null {
    const error = this.#meter.error;
    return error === null ? null : error * 1000;
  }

  get correction(): Correction {
    if (this.#hand.isSeeking) {
      return 'seek';
    }
    return this.#share === 0 ? 'none' : 'rate';
  }

  /** What was asked of the player last: anything else is somebody else's doing. */
  get wantsPaused(): boolean | null {
    return this.#hand.wantsPaused;
  }

  get isSeeking(): boolean {
    return this.#hand.isSeeking;
  }

  /** Changes of rate, and seeks, because of drift, since this was last asked. */
  takeCounts(): { corrections: number; seeks: number } {
    const counts = { corrections: this.#corrections, seeks: this.#seeks };
    this.#corrections = 0;
    this.#seeks = 0;
    return counts;
  }

  onEvent(event: PlayerEvent): void {
    this.#hand.onEvent(event, this.#now());
  }

  /** Somebody touched the page, after the browser had refused to play. */
  unblock(): void {
    this.#hand.unblock();
  }

  /** Lets go of the player and forgets what was measured; what its seeks cost stays known. */
  release(): void {
    this.#hand.release();
    this.#share = 0;
    this.#revision = -1;
    this.#prepared = -1;
    this.#forget(this.#now());
    this.#lastTickMs = null;
    this.#state = 'idle';
  }

  /** Measures again from nothing, and seeks at once where that is needed at all ("Sync now"). */
  startOver(): void {
    this.#hasArrived = false;
    this.#forget(this.#now());
  }

  /**
   * Looks, and does what is to be done now.
   *
   * @returns when to look again at the latest, by our own clock; null: at the next regular tick
   */
  tick(plan: Plan): number | null {
    const now = this.#now();
    this.#wakeAtMs = null;
    this.#keepTime(now);
    this.#noteRevision(plan);
    if (this.#hand.isBusy(now)) {
      this.#state = this.#hand.isBlocked ? 'blocked' : 'catching_up';
      this.#forget(now);
      this.#wake(now + QUICK_LOOK_MS);
    } else if (!this.#prepare(plan, now)) {
      this.#hold(plan.holding, plan, now);
    }
    return this.#wakeAtMs;
  }

  /** Seconds until the next look, at worst. */
  get #tickSeconds(): number {
    return this.#longestGap.ms / 1000;
  }

  #keepTime(now: number): void {
    const passedMs = Math.max(TICK_MS, now - (this.#lastTickMs ?? now));
    this.#lastTickMs = now;
    if (passedMs >= this.#longestGap.ms || now - this.#longestGap.atMs > GAP_REMEMBERED_MS) {
      this.#longestGap = { ms: passedMs, atMs: now };
    }
  }

  #noteRevision(plan: Plan): void {
    const revision = (plan.coming ?? plan.holding).revision;
    if (revision !== this.#revision) {
      this.#revision = revision;
      this.#hasArrived = false;
      this.#settleTries = 0;
      this.#hand.forgive();
    }
  }

  /** Does beforehand what a coming change needs. True where that replaces holding the present one. */
  #prepare({ coming, holding, duration }: Plan, now: number): boolean {
    if (coming === null || coming.paused) {
      this.#wakeFor(coming, now);
      return false;
    }
    if (this.#player.isPaused) {
      this.#startOn(coming, duration, now);
      return true;
    }
    if (this.#prepared === coming.revision) {
      this.#wakeFor(coming, now);
      return true;
    }
    const jump = coming.position - positionOn(holding, coming.atMs);
    if (Math.abs(jump) < SEEK_LEAST) {
      this.#wakeFor(coming, now);
      return false;
    }
    if (!this.#isRunningSeek(jump)) {
      this.#pause(now);
      return true;
    }
    const leaveAtMs = coming.atMs - this.#hand.nearSeek.ms;
    if (now < leaveAtMs - 1) {
      this.#wake(leaveAtMs);
      return false;
    }
    this.#prepared = coming.revision;
    this.#seekTo(Math.max(coming.position, positionOn(coming, now + this.#hand.nearSeek.ms)), true, now);
    return true;
  }

  #hold(line: Line, plan: Plan, now: number): void {
    const end = plan.duration > 0 ? plan.duration : Number.POSITIVE_INFINITY;
    if (this.#runsOut(line, end, now)) {
      this.#setShare(0, line.rate);
      this.#state = 'in_sync';
    } else if (line.paused || positionOn(line, now) >= end) {
      this.#stand(line, Math.min(positionOn(line, now), end), now);
    } else if (this.#player.isPaused || this.#player.state === 'ended') {
      this.#startOn(line, plan.duration, now);
    } else {
      this.#run(line, plan, now);
    }
  }

  /** At the end nothing is corrected: media stops there by itself, a little before the room does or after it. */
  #runsOut(line: Line, end: number, now: number): boolean {
    const position = positionOn(line, now);
    if (this.#player.state === 'ended') {
      return position > end - END_ZONE;
    }
    const media = this.#player.sample()?.mediaSeconds ?? 0;
    return position >= end && !line.paused && !this.#player.isPaused && media > end - END_ZONE;
  }

  // Standing: exactly the room's frame.

  #stand(line: Line, position: number, now: number): void {
    this.#setShare(0, line.rate);
    if (!this.#player.isPaused) {
      this.#pause(now);
      return;
    }
    const sample = this.#player.sample();
    if (sample === null || now - this.#pausedAtMs < PAUSE_SETTLES_MS) {
      this.#wake(now + PAUSE_SETTLES_MS);
      return;
    }
    const away = sample.mediaSeconds - position;
    this.#meter.clear(now);
    if (Math.abs(away) <= ON_THE_FRAME || this.#settleTries >= SETTLE_TRIES) {
      this.#state = 'in_sync';
      return;
    }
    this.#settleTries += 1;
    this.#seekTo(position, Math.abs(away) <= NEAR, now);
  }

  #pause(now: number): void {
    this.#hand.pause();
    this.#pausedAtMs = now;
    this.#forget(now);
    this.#wake(now + PAUSE_SETTLES_MS);
    this.#state = 'catching_up';
  }

  // Starting: the media moves at the very moment when the room comes by.

  #startOn(line: Line, duration: number, now: number): void {
    this.#state = 'catching_up';
    if (this.#hand.isBlocked) {
      this.#state = 'blocked';
      return;
    }
    if (this.#player.isBuffering || this.#player.isSeeking) {
      this.#wake(now + QUICK_LOOK_MS);
      return;
    }
    this.#setShare(0, line.rate);
    const media = this.#player.sample()?.mediaSeconds;
    if (media === undefined) {
      return;
    }
    const startMs = this.#hand.startDelay.ms;
    const dueMs = line.atMs + ((media - line.position) / line.rate) * 1000;
    const early = (dueMs - now - startMs) / 1000;
    if (this.#isWorthWaiting(early, media, line, now)) {
      this.#startWhenDue(line, dueMs, now);
    } else {
      this.#seekStanding(line, media, duration, now);
    }
  }

  /** Before a line begins there is always time; otherwise only so much is waited or made good later. */
  #isWorthWaiting(early: number, media: number, line: Line, now: number): boolean {
    const isAtTheStart = now < line.atMs && Math.abs(media - line.position) < LATE_MOST;
    const isClose = early > -LATE_MOST && early < WAIT_MOST;
    return isAtTheStart || isClose || !this.#hand.maySeek(now);
  }

  #startWhenDue(line: Line, dueMs: number, now: number): void {
    const callAtMs = dueMs - this.#hand.startDelay.ms;
    if (now < callAtMs - 1) {
      this.#wake(callAtMs);
      return;
    }
    this.#prepared = line.revision;
    this.#hand.start(now, dueMs - now);
    this.#forget(now);
    this.#wake(now + QUICK_LOOK_MS);
  }

  #seekStanding(line: Line, media: number, duration: number, now: number): void {
    const near = Math.abs(positionOn(line, now) - media) <= NEAR;
    const seek = near ? this.#hand.nearPausedSeek : this.#hand.farPausedSeek;
    const reachedMs = now + seek.ms + this.#hand.startDelay.ms;
    const aim = Math.max(line.position, positionOn(line, reachedMs));
    this.#countSeek(now);
    this.#seekTo(duration > 0 ? Math.min(aim, duration) : aim, near, now);
  }

  // Running: measure, and correct.

  #run(line: Line, plan: Plan, now: number): void {
    if (this.#player.isBuffering || this.#player.isSeeking) {
      this.#stall(line, now);
      return;
    }
    this.#read(line, now);
    this.#wake(now + this.#nextLookMs());
    const isLanding = this.#hand.hasLesson;
    if (isLanding && this.#isSteady()) {
      this.#meter.keepNewest();
    }
    const error = this.#meter.error;
    if (error === null || (isLanding && !this.#isSteady())) {
      this.#state = this.#hasArrived ? this.#state : 'catching_up';
      this.#setShare(this.#share, line.rate);
      this.#wake(now + QUICK_LOOK_MS);
      return;
    }
    this.#hand.learn((error * 1000) / line.rate);
    this.#judge(error, line, plan, now);
  }

  #stall(line: Line, now: number): void {
    this.#state = 'stalled';
    this.#hand.forgetLesson();
    this.#forget(now);
    this.#setShare(0, line.rate);
  }

  /**
   * Looks fall between the ticks, and unevenly: frames come by a beat of their own, and an even row of looks would see
   * the same few moments of it for seconds. Steps of the golden ratio fall everywhere.
   */
  #nextLookMs(): number {
    this.#looks = (this.#looks + GOLDEN) % 1;
    return LOOK_LEAST_MS + LOOK_SPREAD_MS * this.#looks;
  }

  #read(line: Line, now: number): void {
    const sample = this.#player.sample();
    this.#meter.shift((this.#share * line.rate * (now - this.#shareSinceMs)) / 1000);
    this.#shareSinceMs = now;
    if (sample !== null) {
      const since = (this.#share * line.rate * (now - sample.atMs)) / 1000;
      this.#meter.add(sample.atMs, sample.mediaSeconds - positionOn(line, sample.atMs) + since);
    }
  }

  /** Readings right after a start or a seek still move: the sound comes up, frames are caught up. Some always do. */
  #isSteady(): boolean {
    return this.#meter.isSated || (this.#meter.isFull && this.#meter.spread < STEADY);
  }

  #judge(error: number, line: Line, plan: Plan, now: number): void {
    const distance = Math.abs(error);
    const scatter = Math.max(3 * this.#meter.uncertainty, plan.clockScatterMs / 1000);
    const least = this.#isTrimmed ? START_CORRECTING : TRIM;
    const start = Math.min(START_MOST, Math.max(least, scatter));
    this.#state = distance <= IN_SYNC ? 'in_sync' : 'catching_up';
    if (distance <= IN_SYNC) {
      this.#hasArrived = true;
      this.#hand.noteQuiet(now);
    }
    if (this.#isWorthSeeking(error, line.rate, now)) {
      this.#leap(error, line, now);
    } else if (this.#share !== 0) {
      this.#goOn(error, Math.max(STOP_CORRECTING, start / 4), line, now);
    } else if (distance > start) {
      this.#correct(error, line, now);
    } else {
      this.#isTrimmed ||= this.#meter.isFull;
      this.#setShare(0, line.rate);
    }
  }

  #isWorthSeeking(error: number, rate: number, now: number): boolean {
    if (Math.abs(error) < SEEK_LEAST || !this.#meter.isFull || !this.#hand.maySeek(now)) {
      return false;
    }
    const seekSeconds = this.#hand.nearSeek.ms / 1000 + SEEK_PENALTY;
    return secondsByRate(error, rate, CLOSE_ENOUGH) > seekSeconds;
  }

  #leap(error: number, line: Line, now: number): void {
    this.#setShare(0, line.rate);
    if (!this.#isRunningSeek(error)) {
      this.#pause(now);
      return;
    }
    this.#countSeek(now);
    this.#seekTo(positionOn(line, now + this.#hand.nearSeek.ms), true, now);
  }

  #isRunningSeek(jump: number): boolean {
    return Math.abs(jump) <= NEAR && this.#hand.nearSeek.ms <= RUNNING_SEEK_MOST_MS;
  }

  #correct(error: number, line: Line, now: number): void {
    this.#corrections += 1;
    this.#setShare(rateShare(error, line.rate, this.#tickSeconds), line.rate);
    this.#wakeAtTheEnd(error, line.rate, now);
  }

  /** A correction goes on at its rate until it is done; the rate falls where a bold one is no longer allowed. */
  #goOn(error: number, stop: number, line: Line, now: number): void {
    const isDone = Math.abs(error) <= stop || Math.sign(error) === Math.sign(this.#share);
    if (isDone) {
      this.#setShare(0, line.rate);
      return;
    }
    const allowed = rateShare(error, line.rate, this.#tickSeconds);
    const isTooBold = Math.abs(this.#share) > GENTLE && Math.abs(allowed) < Math.abs(this.#share);
    const isTooShy = Math.abs(allowed) > 1.5 * Math.abs(this.#share);
    this.#setShare(isTooBold || isTooShy ? allowed : this.#share, line.rate);
    this.#wakeAtTheEnd(error, line.rate, now);
  }

  #wakeAtTheEnd(error: number, rate: number, now: number): void {
    const leftMs = (Math.abs(error) / (Math.abs(this.#share) * rate)) * 1000;
    this.#wake(now + Math.max(10, leftMs));
  }

  // The rest.

  #setShare(share: number, rate: number): void {
    this.#share = share;
    this.#shareSinceMs = this.#now();
    this.#hand.setRate(rate * (1 + share));
  }

  #seekTo(seconds: number, near: boolean, now: number): void {
    this.#hand.seek(Math.max(0, seconds), near, now);
    this.#forget(now);
    this.#wake(now + QUICK_LOOK_MS);
    this.#state = 'catching_up';
  }

  /** The first seek after a change belongs to the change; another one is a correction, and one that failed before. */
  #countSeek(now: number): void {
    if (this.#hasArrived) {
      this.#seeks += 1;
    }
    this.#hand.noteAttempt(now);
  }

  #forget(now: number): void {
    this.#isTrimmed = false;
    this.#meter.clear(now);
    this.#shareSinceMs = now;
  }

  #wakeFor(line: Line | null, now: number): void {
    if (line !== null && line.atMs > now) {
      this.#wake(line.atMs);
    }
  }

  #wake(atMs: number): void {
    this.#wakeAtMs = Math.min(this.#wakeAtMs ?? Number.POSITIVE_INFINITY, atMs);
  }
}

/** Where the media should be at a moment of our clock; before a line begins it is reckoned backwards. */
export function positionOn(line: Line, ownMs: number): number {
  return line.paused ? line.position : line.position + (line.rate * (ownMs - line.atMs)) / 1000;
}
