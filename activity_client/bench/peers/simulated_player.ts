/** A player on simulated time, for the tests of the peers: it obeys at once and never buffers. */

import type { MediaSample, PlayerPort, PlayerState } from '../../src/sync/player_port';
import type { PeerMessage, Surroundings, Undo } from './sync_algorithm';

interface Timer {
  at: number;
  readonly every: number | null;
  readonly action: () => void;
}

/** Simulated time, one player, and what was sent. The wall clock shows the same as the other clock, and a little more. */
export class SimulatedWorld implements Surroundings {
  static readonly EPOCH = 1_700_000_000_000;
  readonly player: SimulatedPlayer;
  readonly sent: PeerMessage[] = [];
  #now = 0;
  readonly #timers = new Set<Timer>();

  constructor() {
    this.player = new SimulatedPlayer(() => this.#now);
  }

  now = (): number => this.#now;

  wallClock = (): number => SimulatedWorld.EPOCH + this.#now;

  send = (message: PeerMessage): void => {
    this.sent.push(message);
  };

  every = (milliseconds: number, action: () => void): Undo =>
    this.#add({ at: this.#now + milliseconds, every: milliseconds, action });

  after = (milliseconds: number, action: () => void): Undo =>
    this.#add({ at: this.#now + milliseconds, every: null, action });

  /** Lets so much time pass, with all timers that are due. */
  pass(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (let timer = this.#next(end); timer !== undefined; timer = this.#next(end)) {
      this.#now = timer.at;
      if (timer.every === null) {
        this.#timers.delete(timer);
      } else {
        timer.at += timer.every;
      }
      timer.action();
    }
    this.#now = end;
  }

  /** The newest message of a kind. */
  last(kind: string): PeerMessage | undefined {
    return this.sent.filter((message) => message.kind === kind).at(-1);
  }

  #add(timer: Timer): Undo {
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  #next(end: number): Timer | undefined {
    const due = [...this.#timers].filter((timer) => timer.at <= end);
    return due.sort((one, other) => one.at - other.at)[0];
  }
}

export class SimulatedPlayer implements PlayerPort {
  readonly state: PlayerState = 'ready';
  readonly isSeeking = false;
  readonly isBuffering = false;
  readonly durationSeconds = 600;
  readonly seeks: number[] = [];
  readonly rates: number[] = [];
  isPaused = true;
  #since = { seconds: 0, at: 0, rate: 1 };

  constructor(private readonly now: () => number) {}

  get position(): number {
    const { seconds, at, rate } = this.#since;
    return seconds + (this.isPaused ? 0 : ((this.now() - at) / 1000) * rate);
  }

  sample(): MediaSample {
    return { mediaSeconds: this.position, atMs: this.now() };
  }

  play(): void {
    this.#settle();
    this.isPaused = false;
  }

  pause(): void {
    this.#settle();
    this.isPaused = true;
  }

  seek(seconds: number): void {
    this.seeks.push(seconds);
    this.#since = { ...this.#since, seconds, at: this.now() };
  }

  setRate(rate: number): void {
    this.rates.push(rate);
    this.#settle();
    this.#since = { ...this.#since, rate };
  }

  subscribe(): () => void {
    return () => undefined;
  }

  #settle(): void {
    this.#since = { ...this.#since, seconds: this.position, at: this.now() };
  }
}
