/**
 * When to tell the room how we are: regularly, and when something has changed that others see.
 *
 * A viewer's report every 20 s and its answer are the only messages while nothing happens. A change of state is told
 * when it has held for a moment, since a seek or a short stall is over before anybody could read of it.
 */

import type { Activity, PlayState, Quality } from './protocol';
import { AWAY_AFTER_MS, HOST_REPORT_EVERY_MS, INACTIVE_AFTER_MS, REPORT_EVERY_MS } from './protocol';

/** A state that lasts less is not told. */
const STATE_HOLDS_MS = 500;
/** Two reports are never closer than that. */
const LEAST_APART_MS = 1_000;

export class ReportSchedule {
  #lastMs = Number.NEGATIVE_INFINITY;
  #told = '';
  #seen = '';
  #seenSinceMs = 0;

  /** Whether a report is due. Called at every tick with what would be told. */
  isDue(nowMs: number, state: PlayState, activity: Activity, isHost: boolean): boolean {
    const seen = `${state} ${activity}`;
    if (seen !== this.#seen) {
      this.#seen = seen;
      this.#seenSinceMs = nowMs;
    }
    const sinceLast = nowMs - this.#lastMs;
    const isNews = seen !== this.#told && nowMs - this.#seenSinceMs >= STATE_HOLDS_MS;
    return (isNews && sinceLast >= LEAST_APART_MS) || sinceLast >= intervalMs(isHost);
  }

  onSent(nowMs: number): void {
    this.#lastMs = nowMs;
    this.#told = this.#seen;
  }

  /** The room has just been greeted, and answered as fully as to a report. */
  onGreeted(nowMs: number): void {
    this.#lastMs = nowMs;
  }
}

function intervalMs(isHost: boolean): number {
  return isHost ? HOST_REPORT_EVERY_MS : REPORT_EVERY_MS;
}

/** How present somebody is, by the time since their last movement, tap or key. */
export function activityAfter(idleMs: number): Activity {
  if (idleMs >= AWAY_AFTER_MS) {
    return 'away';
  }
  return idleMs >= INACTIVE_AFTER_MS ? 'inactive' : 'active';
}

/** Milliseconds up to which the clock's bound and the drift count as good, and as fair. */
const GOOD_BOUND = 80;
const FAIR_BOUND = 200;
const GOOD_DRIFT = 25;
const FAIR_DRIFT = 80;

/** How well one is in sync; what is not known yet is no reason to complain. */
export function qualityOf(boundMs: number | null, driftMs: number | null, isStalled: boolean): Quality {
  const bound = boundMs ?? 0;
  const drift = Math.abs(driftMs ?? 0);
  if (isStalled || bound > FAIR_BOUND || drift > FAIR_DRIFT) {
    return 'poor';
  }
  return bound > GOOD_BOUND || drift > GOOD_DRIFT ? 'fair' : 'good';
}
