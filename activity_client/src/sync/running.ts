/** While room and player run: measure, and correct by rate, or by a seek where that is quicker. */

import { type Line, type Plan, positionOn } from './line';
import { GENTLE, rateShare, secondsByRate } from './rate_plan';
import { QUICK_LOOK_MS, type Steering } from './steering';

/** Seconds at which a correction starts and stops. */
const START_CORRECTING = 0.006;
const STOP_CORRECTING = 0.0015;
/** After a start or a seek nothing is left to chance: what is left over is corrected from here on, once. */
const TRIM = 0.004;
/** However much readings scatter, this is corrected. */
const START_MOST = 0.05;
/** Nobody is sent through a seek for less, seconds. */
export const SEEK_LEAST = 0.15;
/** What a seek is worth avoiding, seconds: it is seen and heard. */
const SEEK_PENALTY = 0.5;
/** Where a seek is weighed against the rate: seconds until this much is left. */
const CLOSE_ENOUGH = 0.06;
/** Readings that scatter more, seconds, are still on the move. */
const STEADY = 0.012;
/** What counts as in sync, seconds: about a frame. */
const IN_SYNC = 0.045;
const LOOK_LEAST_MS = 30;
const LOOK_SPREAD_MS = 40;
const GOLDEN = 0.618_034;

export class Running {
  readonly #steering: Steering;
  #looks = 0;

  constructor(steering: Steering) {
    this.#steering = steering;
  }

  run(line: Line, { clockScatterMs }: Plan, now: number): void {
    const { player, hand, meter } = this.#steering;
    if (player.isBuffering || player.isSeeking) {
      this.#stall(line, now);
      return;
    }
    this.#read(line, now);
    this.#steering.wake(now + this.#nextLookMs());
    const hasLanded = !hand.hasLesson || this.#isSteady();
    if (hand.hasLesson && hasLanded) {
      meter.keepNewest();
    }
    const { error } = meter;
    if (error === null || !hasLanded) {
      this.#await(line, now);
      return;
    }
    hand.learn((error * 1000) / line.rate);
    this.#judge(error, line, clockScatterMs, now);
  }

  #stall(line: Line, now: number): void {
    this.#steering.state = 'stalled';
    this.#steering.hand.forgetLesson();
    this.#steering.forget(now);
    this.#steering.setShare(0, line.rate, now);
  }

  #await(line: Line, now: number): void {
    if (!this.#steering.hasArrived) {
      this.#steering.state = 'catching_up';
    }
    this.#steering.setShare(this.#steering.share, line.rate, now);
    this.#steering.wake(now + QUICK_LOOK_MS);
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
    const sample = this.#steering.player.sample();
    this.#steering.followShare(line.rate, now);
    if (sample !== null) {
      const since = (this.#steering.share * line.rate * (now - sample.atMs)) / 1000;
      const error = sample.mediaSeconds - positionOn(line, sample.atMs) + since;
      this.#steering.meter.add(sample.atMs, error);
    }
  }

  /** Readings right after a start or a seek still move: the sound comes up, frames are caught up. Some always do. */
  #isSteady(): boolean {
    const { meter } = this.#steering;
    return meter.isSated || (meter.isFull && meter.spread < STEADY);
  }

  #judge(error: number, line: Line, clockScatterMs: number, now: number): void {
    const start = this.#threshold(clockScatterMs);
    this.#note(error, now);
    if (this.#isWorthSeeking(error, line.rate, now)) {
      this.#leap(error, line, now);
    } else if (this.#steering.share !== 0) {
      this.#goOn(error, Math.max(STOP_CORRECTING, start / 4), line, now);
    } else if (Math.abs(error) > start) {
      this.#correct(error, line, now);
    } else {
      this.#steering.isTrimmed ||= this.#steering.meter.isFull;
      this.#steering.setShare(0, line.rate, now);
    }
  }

  /** Seconds from which on an error is corrected: more where readings, or the clock, scatter more. */
  #threshold(clockScatterMs: number): number {
    const { meter, isTrimmed } = this.#steering;
    const scatter = Math.max(3 * meter.uncertainty, clockScatterMs / 1000);
    return Math.min(START_MOST, Math.max(isTrimmed ? START_CORRECTING : TRIM, scatter));
  }

  #note(error: number, now: number): void {
    const isInSync = Math.abs(error) <= IN_SYNC;
    this.#steering.state = isInSync ? 'in_sync' : 'catching_up';
    if (isInSync) {
      this.#steering.hasArrived = true;
      this.#steering.hand.noteQuiet(now);
    }
  }

  #isWorthSeeking(error: number, rate: number, now: number): boolean {
    const { hand, meter } = this.#steering;
    if (Math.abs(error) < SEEK_LEAST || !meter.isFull || !hand.maySeek(now)) {
      return false;
    }
    return secondsByRate(error, rate, CLOSE_ENOUGH) > hand.nearSeek.ms / 1000 + SEEK_PENALTY;
  }

  #leap(error: number, line: Line, now: number): void {
    this.#steering.setShare(0, line.rate, now);
    if (!this.#steering.isRunningSeek(error)) {
      this.#steering.pause(now);
      return;
    }
    this.#steering.countSeek(now);
    this.#steering.seekTo(positionOn(line, now + this.#steering.hand.nearSeek.ms), true, now);
  }

  #correct(error: number, line: Line, now: number): void {
    this.#steering.corrections += 1;
    this.#steering.setShare(rateShare(error, line.rate, this.#steering.tickSeconds), line.rate, now);
    this.#wakeAtTheEnd(error, line.rate, now);
  }

  /** A correction goes on at its rate until it is done; the rate falls where a bold one is no longer allowed. */
  #goOn(error: number, stop: number, line: Line, now: number): void {
    const { share } = this.#steering;
    if (Math.abs(error) <= stop || Math.sign(error) === Math.sign(share)) {
      this.#steering.setShare(0, line.rate, now);
      return;
    }
    const allowed = rateShare(error, line.rate, this.#steering.tickSeconds);
    const isTooBold = Math.abs(share) > GENTLE && Math.abs(allowed) < Math.abs(share);
    const isTooShy = Math.abs(allowed) > 1.5 * Math.abs(share);
    this.#steering.setShare(isTooBold || isTooShy ? allowed : share, line.rate, now);
    this.#wakeAtTheEnd(error, line.rate, now);
  }

  #wakeAtTheEnd(error: number, rate: number, now: number): void {
    const leftMs = (Math.abs(error) / (Math.abs(this.#steering.share) * rate)) * 1000;
    this.#steering.wake(now + Math.max(10, leftMs));
  }
}
