// @vitest-environment node
import { describe, expect, it, vi } from 'vitest';
import type { Habits } from '../../bench/simulation/simulated_player';
import { playing, SimulatedStand } from '../../bench/simulation/simulated_stand';

vi.setConfig({ testTimeout: 60_000 });

describe('while nothing happens', () => {
  it.each<[string, Partial<Habits>]>([
    ['a clock of its own', { skewPpm: 60 }],
    ['frames at 25 a second', { readings: 'frames', skewPpm: -60 }],
    ['frames at 10 a second', { readings: 'frames', framesPerSecond: 10, skewPpm: 30 }],
    ['rates in steps of a hundredth', { rateStep: 0.01, skewPpm: 40 }],
  ])('a quarter of an hour with %s needs no seek, and no rate that is heard', async (_, habits) => {
    const stand = new SimulatedStand({ habits, seed: 7 });
    const watch = await playing(stand, 10);
    const seeks = stand.player.seeks.length;
    const drifts: number[] = [];
    const changes = stand.player.rateChanges;
    await stand.pass(
      900_000,
      () => {
        watch.look();
        drifts.push(Math.abs(stand.driftMs));
      },
      100,
    );
    expect(stand.player.seeks.length).toBe(seeks);
    expect(watch.audible).toBe(0);
    const sorted = drifts.sort((one, other) => one - other);
    expect(sorted[Math.floor(sorted.length * 0.95)]).toBeLessThan(25);
    expect((stand.player.rateChanges - changes) / 2 / 15).toBeLessThan(4);
  });

  it('a correction ends, and is not followed by one the other way', async () => {
    const stand = new SimulatedStand({ seed: 3 });
    const watch = await playing(stand, 60);
    expect(watch.turns).toBeLessThanOrEqual(2);
    expect(stand.player.rate).toBe(1);
    expect(Math.abs(stand.driftMs)).toBeLessThan(10);
  });
});

describe('a foreign hand', () => {
  it('on the rate is put back', async () => {
    const stand = new SimulatedStand({ seed: 4 });
    await playing(stand, 10);
    stand.player.setForeignRate(0.5);
    await stand.pass(100);
    expect(Math.abs(stand.player.rate - 1)).toBeLessThanOrEqual(0.05);
  });

  it('that will not let go is not fought for ever', async () => {
    const stand = new SimulatedStand({ seed: 4 });
    await playing(stand, 10);
    const changes = stand.player.rateChanges;
    for (let turn = 0; turn < 100; turn += 1) {
      stand.player.setForeignRate(0.5);
    }
    expect(stand.player.rateChanges - changes).toBeLessThan(10);
  });
});
