/** Jellyfin's clock: of the last eight exchanges the one with the shortest delay wins (core/timeSync/TimeSync.js). */

import type { PeerMessage, Surroundings, Undo } from './sync_algorithm';
import { numberIn } from './viewer';

const TRACKED = 8;
const GREEDY_EVERY_MS = 1000;
const GREEDY_COUNT = 3;
const LATER_EVERY_MS = 60_000;

interface Measurement {
  readonly offset: number;
  readonly delay: number;
}

export class TimeSync {
  readonly #surroundings: Surroundings;
  #measurements: Measurement[] = [];
  #answers = 0;
  #stopTimer: Undo;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
    this.#stopTimer = surroundings.after(GREEDY_EVERY_MS, () => this.#ask());
  }

  /** Milliseconds to add to this machine's clock to get the server's. */
  get offset(): number {
    return this.#best?.offset ?? 0;
  }

  get #best(): Measurement | undefined {
    return this.#measurements.reduce<Measurement | undefined>(
      (best, one) => (best === undefined || one.delay < best.delay ? one : best),
      undefined,
    );
  }

  receive(message: PeerMessage): void {
    const sent = numberIn(message, 'sent');
    const arrived = numberIn(message, 'arrived');
    const answered = numberIn(message, 'answered');
    const back = this.#surroundings.wallClock();
    const offset = (arrived - sent + (answered - back)) / 2;
    const delay = back - sent - (answered - arrived);
    this.#measurements = [...this.#measurements, { offset, delay }].slice(-TRACKED);
    this.#answers += 1;
    this.#surroundings.send({ kind: 'ping', milliseconds: (this.#best?.delay ?? 0) / 2 });
    const pause = this.#answers > GREEDY_COUNT ? LATER_EVERY_MS : GREEDY_EVERY_MS;
    this.#stopTimer = this.#surroundings.after(pause, () => this.#ask());
  }

  stop(): void {
    this.#stopTimer();
  }

  #ask(): void {
    this.#surroundings.send({ kind: 'time', sent: this.#surroundings.wallClock() });
  }
}
