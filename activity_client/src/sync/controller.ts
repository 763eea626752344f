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

import { type Line, type Plan, positionOn } from './line';
import type { PlayerEvent, PlayerPort } from './player_port';
import { Running, SEEK_LEAST } from './running';
import { Standing } from './standing';
import { Starting } from './starting';
import { type ControllerState, QUICK_LOOK_MS, Steering } from './steering';

export type Correction = 'none' | 'rate' | 'seek';

/** At its end media is left to run out, so far before it, seconds. */
const END_ZONE = 2;

export class Controller {
  readonly #player: PlayerPort;
  readonly #now: () => number;
  readonly #steering: Steering;
  readonly #standing: Standing;
  readonly #starting: Starting;
  readonly #running: Running;
  #revision = -1;

  constructor(player: PlayerPort, now: () => number) {
    this.#player = player;
    this.#now = now;
    this.#steering = new Steering(player);
    this.#standing = new Standing(this.#steering);
    this.#starting = new Starting(this.#steering);
    this.#running = new Running(this.#steering);
  }

  get state(): ControllerState {
    return this.#steering.state;
  }

  /** Media less the room's, ms of media; null while nothing can be measured. */
  get driftMs(): number | null {
    const { error } = this.#steering.meter;
    return error === null ? null : error * 1000;
  }

  get correction(): Correction {
    if (this.isSeeking) {
      return 'seek';
    }
    return this.#steering.share === 0 ? 'none' : 'rate';
  }

  /** What was asked of the player last: anything else is somebody else's doing. */
  get wantsPaused(): boolean | null {
    return this.#steering.hand.wantsPaused;
  }

  get isSeeking(): boolean {
    return this.#steering.hand.isSeeking;
  }

  /** Changes of rate, and seeks, because of drift, since this was last asked. */
  takeCounts(): { corrections: number; seeks: number } {
    const { corrections, seeks } = this.#steering;
    this.#steering.corrections = 0;
    this.#steering.seeks = 0;
    return { corrections, seeks };
  }

  onEvent(event: PlayerEvent): void {
    this.#steering.hand.onEvent(event, this.#now());
  }

  /** Somebody touched the page, after the browser had refused to play. */
  unblock(): void {
    this.#steering.hand.unblock();
  }

  /** Lets go of the player and forgets what was measured; what its seeks cost stays known. */
  release(): void {
    this.#revision = -1;
    this.#steering.release(this.#now());
  }

  /** Measures again from nothing ("Sync now"). */
  startOver(): void {
    this.#steering.hasArrived = false;
    this.#steering.forget(this.#now());
  }

  /**
   * Looks, and does what is to be done now.
   *
   * @returns when to look again at the latest, by our own clock; null: at the next regular tick
   */
  tick(plan: Plan): number | null {
    const now = this.#now();
    this.#steering.beginTick(now);
    this.#noteRevision(plan);
    if (this.#steering.hand.isBusy(now)) {
      this.#steering.state = this.#steering.hand.isBlocked ? 'blocked' : 'catching_up';
      this.#steering.forget(now);
      this.#steering.wake(now + QUICK_LOOK_MS);
    } else if (!this.#prepare(plan, now)) {
      this.#hold(plan.holding, plan, now);
    }
    return this.#steering.wakeAtMs;
  }

  #noteRevision(plan: Plan): void {
    const { revision } = plan.coming ?? plan.holding;
    if (revision !== this.#revision) {
      this.#revision = revision;
      this.#steering.hasArrived = false;
      this.#steering.hand.forgive();
    }
  }

  /** Does beforehand what a coming change needs. True where that replaces holding the present one. */
  #prepare({ coming, holding, duration }: Plan, now: number): boolean {
    if (coming === null) {
      return false;
    }
    if (coming.atMs > now) {
      this.#steering.wake(coming.atMs);
    }
    if (coming.paused) {
      return false;
    }
    if (this.#player.isPaused) {
      this.#starting.startOn(coming, duration, now);
      return true;
    }
    return this.#steering.prepared === coming.revision || this.#jumpTo(coming, holding, now);
  }

  /** Leaves for the new place in time to be there when the change comes. */
  #jumpTo(coming: Line, holding: Line, now: number): boolean {
    const jump = coming.position - positionOn(holding, coming.atMs);
    if (Math.abs(jump) < SEEK_LEAST) {
      return false;
    }
    if (!this.#steering.isRunningSeek(jump)) {
      this.#steering.pause(now);
      return true;
    }
    const costMs = this.#steering.hand.nearSeek.ms;
    if (now < coming.atMs - costMs - 1) {
      this.#steering.wake(coming.atMs - costMs);
      return false;
    }
    this.#steering.prepared = coming.revision;
    this.#steering.seekTo(Math.max(coming.position, positionOn(coming, now + costMs)), true, now);
    return true;
  }

  #hold(line: Line, plan: Plan, now: number): void {
    const end = plan.duration > 0 ? plan.duration : Number.POSITIVE_INFINITY;
    if (this.#runsOut(line, end, now)) {
      this.#steering.setShare(0, line.rate, now);
      this.#steering.state = 'in_sync';
    } else if (line.paused || positionOn(line, now) >= end) {
      this.#standing.stand(line, end, now);
    } else if (this.#player.isPaused || this.#player.state === 'ended') {
      this.#starting.startOn(line, plan.duration, now);
    } else {
      this.#running.run(line, plan, now);
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
}
