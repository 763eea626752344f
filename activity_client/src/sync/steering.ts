/**
 * What standing, starting and running have in common: the player in hand, what is measured of it, the rate that is
 * added, and when to look again.
 */

import { DriftMeter } from './drift_meter';
import { Hand } from './hand';
import type { PlayerPort } from './player_port';

export type ControllerState = 'idle' | 'in_sync' | 'catching_up' | 'stalled' | 'blocked';

/** Up to here, seconds, a place is probably loaded already. */
export const NEAR = 4;
/** Running seeks that cost more, ms, are better made standing. */
const RUNNING_SEEK_MOST_MS = 150;
/** After `pause()`, until the media clock has really stopped. */
export const PAUSE_SETTLES_MS = 60;
/** Between two looks while readings are gathered after something was done. */
export const QUICK_LOOK_MS = 40;
const TICK_MS = 100;
/** The next look is reckoned to be as far off as the farthest of so much time: messages and events make extra ones. */
const GAP_REMEMBERED_MS = 5_000;

export class Steering {
  readonly player: PlayerPort;
  readonly hand: Hand;
  readonly meter = new DriftMeter();
  state: ControllerState = 'idle';
  /** Since the room last changed we have been in sync: from then on a seek is a correction. */
  hasArrived = false;
  /** Nothing is left of the last start or seek. */
  isTrimmed = false;
  /** The change that was acted on already, perhaps a little before its moment. */
  prepared = -1;
  corrections = 0;
  seeks = 0;
  #share = 0;
  #shareSinceMs = 0;
  #pausedAtMs = Number.NEGATIVE_INFINITY;
  #wakeAtMs: number | null = null;
  #lastTickMs: number | null = null;
  #longestGap = { ms: TICK_MS, atMs: Number.NEGATIVE_INFINITY };

  constructor(player: PlayerPort) {
    this.player = player;
    this.hand = new Hand(player);
  }

  /** The share by which the rate is other than the room's. */
  get share(): number {
    return this.#share;
  }

  /** When somebody wanted to look again, by our own clock; null where the next tick is early enough. */
  get wakeAtMs(): number | null {
    return this.#wakeAtMs;
  }

  /** Seconds until the next look, at worst. */
  get tickSeconds(): number {
    return this.#longestGap.ms / 1000;
  }

  beginTick(now: number): void {
    this.#wakeAtMs = null;
    const passedMs = Math.max(TICK_MS, now - (this.#lastTickMs ?? now));
    this.#lastTickMs = now;
    if (passedMs >= this.#longestGap.ms || now - this.#longestGap.atMs > GAP_REMEMBERED_MS) {
      this.#longestGap = { ms: passedMs, atMs: now };
    }
  }

  wake(atMs: number): void {
    this.#wakeAtMs = Math.min(this.#wakeAtMs ?? Number.POSITIVE_INFINITY, atMs);
  }

  setShare(share: number, rate: number, now: number): void {
    this.#share = share;
    this.#shareSinceMs = now;
    this.hand.setRate(rate * (1 + share));
  }

  /** Moves what was measured along with the correction that has gone on since. */
  followShare(rate: number, now: number): void {
    this.meter.shift((this.#share * rate * (now - this.#shareSinceMs)) / 1000);
    this.#shareSinceMs = now;
  }

  /** Whether a jump is better made while the media runs. */
  isRunningSeek(jump: number): boolean {
    return Math.abs(jump) <= NEAR && this.hand.nearSeek.ms <= RUNNING_SEEK_MOST_MS;
  }

  seekTo(seconds: number, near: boolean, now: number): void {
    this.hand.seek(Math.max(0, seconds), near, now);
    this.#begin(now, QUICK_LOOK_MS);
  }

  /** The first seek after a change belongs to the change; another one is a correction, and one that failed before. */
  countSeek(now: number): void {
    if (this.hasArrived) {
      this.seeks += 1;
    }
    this.hand.noteAttempt(now);
  }

  pause(now: number): void {
    this.hand.pause();
    this.#pausedAtMs = now;
    this.#begin(now, PAUSE_SETTLES_MS);
  }

  isSettledPause(now: number): boolean {
    return now - this.#pausedAtMs >= PAUSE_SETTLES_MS;
  }

  start(revision: number, leadMs: number, now: number): void {
    this.prepared = revision;
    this.hand.start(now, leadMs);
    this.#begin(now, QUICK_LOOK_MS);
  }

  /** Forgets what was measured: it is about what was before. */
  forget(now: number): void {
    this.isTrimmed = false;
    this.meter.clear(now);
    this.#shareSinceMs = now;
  }

  release(now: number): void {
    this.hand.release();
    this.#share = 0;
    this.prepared = -1;
    this.forget(now);
    this.#lastTickMs = null;
    this.state = 'idle';
  }

  #begin(now: number, lookInMs: number): void {
    this.forget(now);
    this.wake(now + lookInMs);
    this.state = 'catching_up';
  }
}
