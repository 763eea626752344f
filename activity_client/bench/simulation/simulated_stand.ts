/** One player on a controller, without room and network: the clock is known, and the line is what the test says. */

import { Controller } from '../../src/sync/controller';
import { type Line, type Plan, positionOn } from '../../src/sync/line';
import { type Habits, SimulatedPlayer } from './simulated_player';
import { between, type Chance, chance, SimulatedTime } from './simulated_time';

export interface StandTraits {
  readonly habits: Partial<Habits>;
  readonly tickMs: number;
  readonly duration: number;
  readonly seed: number;
}

export class SimulatedStand {
  readonly time = new SimulatedTime();
  readonly random: Chance;
  readonly player: SimulatedPlayer;
  readonly controller: Controller;
  readonly duration: number;
  line: Line = { revision: 1, paused: true, position: 0, rate: 1, atMs: 0 };
  coming: Line | null = null;
  clockScatterMs = 0;
  /** What was read: from `trace` on. */
  readonly drifts: number[] = [];
  #tickMs: number;
  #wakeUp: number | null = null;

  constructor(traits: Partial<StandTraits> = {}) {
    this.random = chance(traits.seed ?? 1);
    this.duration = traits.duration ?? 7_200;
    this.#tickMs = traits.tickMs ?? 100;
    this.player = new SimulatedPlayer(this.time, this.random, (ms) => ms, traits.habits ?? {});
    this.controller = new Controller(this.player, () => this.time.nowMs);
    this.player.subscribe((event) => {
      this.controller.onEvent(event);
      this.tick();
    });
    this.player.load(this.duration, 0);
    this.#tickOn();
  }

  get driftMs(): number {
    const target = Math.min(positionOn(this.line, this.time.nowMs), this.duration);
    return (this.player.truth - target) * 1000;
  }

  setTick(ms: number): void {
    this.#tickMs = ms;
  }

  /** Plays on from a position, from now or a little later. */
  play(position: number, inMs = 0, rate = 1): void {
    this.go({ paused: false, position, rate, atMs: this.time.nowMs + inMs });
  }

  pause(position: number): void {
    this.go({ paused: true, position, rate: 1, atMs: this.time.nowMs });
  }

  go(line: Omit<Line, 'revision'>): void {
    const revision = (this.coming ?? this.line).revision + 1;
    this.coming = { ...line, revision };
    this.#settle();
    this.tick();
  }

  /** Lets time pass; with a look at every step. */
  async pass(ms: number, look: () => void = () => undefined, everyMs = 10): Promise<void> {
    for (let passed = 0; passed < ms; passed += everyMs) {
      await this.time.pass(Math.min(everyMs, ms - passed));
      this.#settle();
      look();
    }
  }

  tick(): void {
    this.#settle();
    const plan: Plan = {
      holding: this.line,
      coming: this.coming,
      duration: this.duration,
      clockScatterMs: this.clockScatterMs,
    };
    if (this.player.state !== 'ready' && this.player.state !== 'ended') {
      return;
    }
    const wakeAtMs = this.controller.tick(plan);
    if (this.#wakeUp !== null) {
      this.time.cancel(this.#wakeUp);
    }
    this.#wakeUp =
      wakeAtMs === null
        ? null
        : this.time.after(this.#throttled(wakeAtMs - this.time.nowMs), () => this.tick());
  }

  /** Where ticks are rare, so are timers. */
  #throttled(ms: number): number {
    return this.#tickMs > 250 ? Math.max(ms, this.#tickMs) : ms;
  }

  #settle(): void {
    if (this.coming !== null && this.coming.atMs <= this.time.nowMs) {
      this.line = this.coming;
      this.coming = null;
    }
  }

  #tickOn(): void {
    this.time.after(this.#tickMs + between(this.random, 0, 5), () => {
      this.tick();
      this.#tickOn();
    });
  }
}

/** Looks at everything that must never happen while it runs. */
export class Watch {
  audible = 0;
  turns = 0;
  #side = 0;
  readonly #stand: SimulatedStand;

  constructor(stand: SimulatedStand) {
    this.#stand = stand;
  }

  look = (): void => {
    const { player, driftMs, line } = this.#stand;
    const share = player.rate / line.rate - 1;
    // More than a quarter is no correction: the room's rate has changed, and a rare tick has not come yet.
    const isCorrection = Math.abs(share) > 0.05 && Math.abs(share) < 0.26;
    if (player.isMoving && !line.paused && Math.abs(driftMs) < 80 && isCorrection) {
      this.audible += 1;
    }
    const side = Math.sign(Math.round(share * 1_000));
    if (side !== 0 && side !== this.#side) {
      this.turns += 1;
      this.#side = side;
    }
  };
}

export async function playing(stand: SimulatedStand, seconds = 20): Promise<Watch> {
  const watch = new Watch(stand);
  await stand.pass(500);
  stand.play(100, 200);
  await stand.pass(seconds * 1_000, watch.look);
  return watch;
}
