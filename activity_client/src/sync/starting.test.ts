// @vitest-environment node
import { describe, expect, it, vi } from 'vitest';
import { SimulatedStand } from '../../bench/simulation/simulated_stand';

vi.setConfig({ testTimeout: 60_000 });

describe('a start', () => {
  it('moves the media at the very moment, once starts are known', async () => {
    const stand = new SimulatedStand({ habits: { start: [180, 185] } });
    for (let turn = 0; turn < 4; turn += 1) {
      stand.pause(100);
      await stand.pass(2_000);
      stand.play(100, 300);
      await stand.pass(1_500);
    }
    stand.pause(100);
    await stand.pass(2_000);
    stand.play(100, 300);
    await stand.pass(350);
    expect(Math.abs(stand.driftMs)).toBeLessThan(12);
    expect(stand.controller.takeCounts().seeks).toBe(0);
  });

  it('somewhere in the film is in sync within a second and a half, nearly always', async () => {
    const times: number[] = [];
    for (let seed = 1; seed <= 30; seed += 1) {
      const stand = new SimulatedStand({ seed });
      stand.play(3_000);
      let since = 0;
      await stand.pass(4_000, () => {
        since = stand.player.isMoving && Math.abs(stand.driftMs) <= 80 ? since : stand.time.nowMs;
      });
      times.push(since);
    }
    expect(times.sort((one, other) => one - other)[28]).toBeLessThan(1_500);
  });

  it('that the browser refuses is not tried again before a touch', async () => {
    const stand = new SimulatedStand({ habits: { needsTouch: true } });
    stand.play(10);
    await stand.pass(5_000);
    expect(stand.controller.state).toBe('blocked');
    stand.player.hasBeenTouched = true;
    stand.controller.unblock();
    await stand.pass(3_000);
    expect(stand.controller.state).toBe('in_sync');
    expect(Math.abs(stand.driftMs)).toBeLessThan(20);
  });
});
