// @vitest-environment node
import { describe, expect, it, vi } from 'vitest';
import { playing, SimulatedStand } from '../../bench/simulation/simulated_stand';

vi.setConfig({ testTimeout: 60_000 });

describe('a pause', () => {
  it('stands on exactly the host’s frame', async () => {
    const stand = new SimulatedStand({ seed: 5 });
    await playing(stand, 10);
    const position = stand.player.truth - 0.123;
    stand.pause(position);
    await stand.pass(1_500);
    expect(stand.player.isPaused).toBe(true);
    expect(Math.abs(stand.player.truth - position)).toBeLessThan(0.000_01);
    expect(stand.player.rate).toBe(1);
  });

  it('does not seek where it stands there already', async () => {
    const stand = new SimulatedStand({ seed: 5 });
    await playing(stand, 10);
    const seeks = stand.player.seeks.length;
    stand.player.pause();
    stand.pause(stand.player.truth);
    await stand.pass(1_500);
    expect(stand.player.seeks.length).toBe(seeks);
  });
});
