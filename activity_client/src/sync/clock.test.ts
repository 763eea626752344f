// @vitest-environment node
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { between, chance } from '../../bench/simulation/simulated_time';
import { Clock } from './clock';
import { CLOCK_BURST, CLOCK_BURST_SPACING_MS } from './protocol';

vi.setConfig({ testTimeout: 30_000 });

/** A line whose ways up and down differ, and two clocks that drift apart. */
interface Setting {
  readonly seed: number;
  readonly upMs: readonly [number, number];
  readonly downMs: readonly [number, number];
  readonly driftPpm: number;
}

class Pair {
  readonly clock = new Clock();
  readonly #random: () => number;
  readonly #setting: Setting;
  /** By how much our clock was set, ms. */
  setBy = 0;

  constructor(setting: Setting) {
    this.#setting = setting;
    this.#random = chance(setting.seed);
  }

  own(trueMs: number): number {
    return 5_000 + trueMs * (1 + this.#setting.driftPpm * 1e-6) + this.setBy;
  }

  exchange(trueMs: number, serverMs = 5) {
    const s1 = trueMs + between(this.#random, ...this.#setting.upMs);
    const s2 = s1 + serverMs;
    const received = s2 + between(this.#random, ...this.#setting.downMs);
    return this.clock.add({ c0: this.own(trueMs), s1: 1e12 + s1, s2: 1e12 + s2 }, this.own(received));
  }

  burst(trueMs: number): void {
    for (let place = 0; place < CLOCK_BURST; place += 1) {
      this.exchange(trueMs + place * CLOCK_BURST_SPACING_MS);
    }
  }

  error(trueMs: number): number {
    return Math.abs(this.clock.serverAt(this.own(trueMs)) - 1e12 - trueMs);
  }

  bound(trueMs: number): number {
    return this.clock.boundAt(this.own(trueMs));
  }
}

function quantile(values: number[], share: number): number {
  return values.sort((one, other) => one - other)[Math.floor(values.length * share)] ?? 0;
}

function errorsAfter(minutes: number, upMs: [number, number], downMs: [number, number]): number[] {
  return Array.from({ length: 150 }, (_, seed) => {
    const pair = new Pair({ seed, upMs, downMs, driftPpm: ((seed % 5) - 2) * 15 });
    pair.burst(0);
    for (let second = 20; second <= minutes * 60; second += 20) {
      pair.exchange(second * 1_000);
    }
    return pair.error(minutes * 60_000 + 10_000);
  });
}

describe('the clock', () => {
  it.each([0, 2, 5, 10, 30])(
    'is right to 6 ms (p95) at RTT 80 ms, jitter 20 ms, after %i minutes',
    (minutes) => {
      expect(quantile(errorsAfter(minutes, [20, 60], [20, 60]), 0.95)).toBeLessThan(6);
    },
  );

  it('is right to 10 ms (p95) at RTT 200 ms, jitter 40 ms, at any time', () => {
    for (const minutes of [0, 5, 20]) {
      expect(quantile(errorsAfter(minutes, [60, 140], [60, 140]), 0.95)).toBeLessThan(10);
    }
  });

  it('never is farther off than it says, however lopsided the line and whatever the drift', () => {
    fc.assert(
      fc.property(
        fc.record({
          seed: fc.nat(),
          upMs: fc.tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 51, max: 800 })),
          downMs: fc.tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 51, max: 800 })),
          driftPpm: fc.integer({ min: -95, max: 95 }),
        }),
        fc.array(fc.integer({ min: 20, max: 120_000 }), { minLength: 1, maxLength: 90 }),
        (setting, gaps) => {
          const pair = new Pair(setting);
          let now = 0;
          for (const gap of gaps) {
            pair.exchange(now);
            for (const later of [1_000, gap, 600_000]) {
              expect(pair.error(now + later)).toBeLessThanOrEqual(pair.bound(now + later));
            }
            now += gap;
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('knows nothing before the first sample', () => {
    const clock = new Clock();
    expect(clock.isSet).toBe(false);
    expect(clock.boundAt(0)).toBe(Number.POSITIVE_INFINITY);
    expect(clock.oneWayMs).toBeNull();
  });

  it('drops a sample in which the server took long', () => {
    const pair = new Pair({ seed: 1, upMs: [40, 40], downMs: [40, 40], driftPpm: 0 });
    expect(pair.exchange(0, 900)).toBe('slow_server');
    expect(pair.clock.isSet).toBe(false);
  });

  it('tells a moment of its own for a time of the server', () => {
    const pair = new Pair({ seed: 3, upMs: [20, 60], downMs: [20, 60], driftPpm: 40 });
    pair.burst(0);
    for (let minute = 1; minute < 20; minute += 1) {
      pair.exchange(minute * 60_000);
    }
    const own = pair.own(1_500_000);
    expect(pair.clock.ownAt(pair.clock.serverAt(own))).toBeCloseTo(own, 3);
  });

  it('tells the usual way, and how much it scatters', () => {
    const pair = new Pair({ seed: 4, upMs: [20, 60], downMs: [20, 60], driftPpm: 0 });
    pair.burst(0);
    expect(pair.clock.oneWayMs).toBeGreaterThan(30);
    expect(pair.clock.oneWayMs).toBeLessThan(50);
    expect(pair.clock.jitterMs).toBeGreaterThan(5);
  });

  it('is not misled by one false sample', () => {
    const pair = new Pair({ seed: 5, upMs: [20, 60], downMs: [20, 60], driftPpm: 0 });
    pair.burst(0);
    pair.setBy = 3_000;
    expect(pair.exchange(5_000)).toBe('doubtful');
    pair.setBy = 0;
    expect(pair.exchange(6_000)).toBe('taken');
    expect(pair.error(7_000)).toBeLessThan(15);
  });

  it('starts over when the computer slept: two samples agree against all others', () => {
    const pair = new Pair({ seed: 6, upMs: [20, 60], downMs: [20, 60], driftPpm: 0 });
    pair.burst(0);
    pair.setBy = -3_600_000;
    expect(pair.exchange(3_700_000)).toBe('doubtful');
    expect(pair.exchange(3_700_300)).toBe('taken');
    expect(pair.error(3_701_000)).toBeLessThan(25);
    expect(pair.error(3_701_000)).toBeLessThanOrEqual(pair.bound(3_701_000));
  });
});
