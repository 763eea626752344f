import { describe, expect, it } from 'vitest';
import { SimulatedWorld } from './simulated_player';
import { leader, WatchParty } from './watch_party';

function inRoom(): [SimulatedWorld, WatchParty] {
  const world = new SimulatedWorld();
  const algorithm = new WatchParty(world);
  algorithm.receive({ kind: 'host', you: 'me', seconds: 20, paused: false });
  return [world, algorithm];
}

describe('WatchParty', () => {
  it('begins where the room is', () => {
    const [world] = inRoom();
    expect(world.player.seeks).toEqual([20]);
    expect(world.player.isPaused).toBe(false);
  });

  it('tells its position every second', () => {
    const [world] = inRoom();
    world.pass(2000);
    expect(world.sent.map((message) => message.seconds)).toEqual([21, 22]);
  });

  it.each([
    [0.5, 1],
    [0.6, 1.06],
    [0.9, 1.09],
    [5, 1.1],
    [-3, 1],
  ])('%f s behind plays at %f', (behind, rate) => {
    const [world, algorithm] = inRoom();
    algorithm.receive({ kind: 'ts_map', positions: { me: 20, other: 20 + behind } });
    expect(world.player.rates.at(-1) ?? 1).toBeCloseTo(rate, 6);
  });

  it('takes the median of three, the furthest of two', () => {
    expect(leader([1, 9])).toBe(9);
    expect(leader([1, 9, 4])).toBe(4);
    expect(leader([1, 9, 4, 6])).toBe(5);
  });
});
