/** While the room runs and the player does not: the media shall move at the very moment when the room comes by. */

import { type Line, positionOn } from './line';
import { NEAR, QUICK_LOOK_MS, type Steering } from './steering';

/** A start may be waited for so long, seconds; farther ahead it is quicker to seek back. */
const WAIT_MOST = 1.5;
/** A start may come so late, seconds, and be made good by rate. */
const LATE_MOST = 0.06;

export class Starting {
  readonly #steering: Steering;

  constructor(steering: Steering) {
    this.#steering = steering;
  }

  /** @param duration seconds; 0 or NaN where there is no end */
  startOn(line: Line, duration: number, now: number): void {
    const { player, hand } = this.#steering;
    this.#steering.state = hand.isBlocked ? 'blocked' : 'catching_up';
    if (hand.isBlocked) {
      return;
    }
    if (player.isBuffering || player.isSeeking) {
      this.#steering.wake(now + QUICK_LOOK_MS);
      return;
    }
    this.#steering.setShare(0, line.rate, now);
    const media = player.sample()?.mediaSeconds;
    if (media !== undefined) {
      this.#approach(line, media, duration, now);
    }
  }

  #approach(line: Line, media: number, duration: number, now: number): void {
    const dueMs = line.atMs + ((media - line.position) / line.rate) * 1000;
    if (this.#isWorthWaiting(dueMs, media, line, now)) {
      this.#startWhenDue(line, dueMs, now);
    } else {
      this.#seekStanding(line, media, duration, now);
    }
  }

  /** Before a line begins there is always time; otherwise only so much is waited or made good later. */
  #isWorthWaiting(dueMs: number, media: number, line: Line, now: number): boolean {
    const { hand } = this.#steering;
    const early = (dueMs - now - hand.startDelay.ms) / 1000;
    const isAtTheStart = now < line.atMs && Math.abs(media - line.position) < LATE_MOST;
    return isAtTheStart || (early > -LATE_MOST && early < WAIT_MOST) || !hand.maySeek(now);
  }

  #startWhenDue(line: Line, dueMs: number, now: number): void {
    const callAtMs = dueMs - this.#steering.hand.startDelay.ms;
    if (now < callAtMs - 1) {
      this.#steering.wake(callAtMs);
    } else {
      this.#steering.start(line.revision, dueMs - now, now);
    }
  }

  #seekStanding(line: Line, media: number, duration: number, now: number): void {
    const { hand } = this.#steering;
    const near = Math.abs(positionOn(line, now) - media) <= NEAR;
    const seek = near ? hand.nearPausedSeek : hand.farPausedSeek;
    const reachedMs = now + seek.ms + hand.startDelay.ms;
    const aim = Math.max(line.position, positionOn(line, reachedMs));
    this.#steering.countSeek(now);
    this.#steering.seekTo(duration > 0 ? Math.min(aim, duration) : aim, near, now);
  }
}
