// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { between, chance, SimulatedTime } from '../../bench/simulation/simulated_time';
import { Alarms } from './alarms';
import { Clock } from './clock';
import { ClockSync } from './clock_sync';
import { CLOCK_BURST } from './protocol';

function line(jitterMs: number) {
  const time = new SimulatedTime();
  const random = chance(9);
  const clock = new Clock();
  const asked: number[] = [];
  const state = { isOpen: true, setBy: 0 };
  const now = () => time.nowMs + state.setBy;
  const sync: ClockSync = new ClockSync({
    clock,
    alarms: new Alarms({
      setTimeout: (action, ms) => time.after(ms, action),
      clearTimeout: (timer) => time.cancel(timer),
    }),
    now,
    ask: () => {
      if (state.isOpen) {
        asked.push(time.nowMs);
        const c0 = now();
        const sentMs = time.nowMs;
        const up = 50 + between(random, 0, jitterMs);
        time.after(up + 50 + between(random, 0, jitterMs), () =>
          sync.add({ c0, s1: sentMs + up, s2: sentMs + up }),
        );
      }
      return state.isOpen;
    },
  });
  return { time, clock, sync, asked, state };
}

describe('asking for the time', () => {
  it('is a burst at joining, and then nothing', async () => {
    const { time, sync, asked } = line(5);
    sync.burst();
    await time.pass(600_000);
    expect(asked).toHaveLength(CLOCK_BURST);
    expect(asked.at(-1)).toBeLessThan(1_000);
  });

  it('is repeated twice on a line that scatters, within half a minute', async () => {
    const { time, sync, asked } = line(80);
    sync.burst();
    await time.pass(600_000);
    expect(asked).toHaveLength(3 * CLOCK_BURST);
    expect(asked.at(-1)).toBeLessThan(30_000);
  });

  it('is not made a flood of by who asks again and again', async () => {
    const { time, sync, asked } = line(5);
    for (let turn = 0; turn < 100; turn += 1) {
      sync.burst(0);
      await time.pass(100);
    }
    expect(asked.length).toBeLessThanOrEqual(2 * CLOCK_BURST);
  });

  it('ends with the line', async () => {
    const { time, sync, asked, state } = line(80);
    sync.burst();
    await time.pass(120);
    state.isOpen = false;
    await time.pass(60_000);
    expect(asked.length).toBeLessThan(5);
  });

  it('is ready after a few samples, or a while after the first', async () => {
    const { time, sync, clock } = line(5);
    expect(sync.isReady).toBe(false);
    sync.add({ c0: -100, s1: -50, s2: -50 });
    expect(clock.isSet).toBe(true);
    expect(sync.isReady).toBe(false);
    await time.pass(800);
    expect(sync.isReady).toBe(true);
  });

  it('asks once more when a sample contradicts the others', async () => {
    const { time, sync, asked, state } = line(5);
    sync.burst();
    await time.pass(20_000);
    state.setBy = 60_000;
    sync.burst(0);
    await time.pass(5_000);
    expect(asked.length).toBeGreaterThan(2 * CLOCK_BURST);
    expect(sync.isReady).toBe(true);
  });
});
