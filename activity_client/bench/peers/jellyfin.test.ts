import { describe, expect, it } from 'vitest';
import { Jellyfin } from './jellyfin';
import { SimulatedWorld } from './simulated_player';

const NOW = SimulatedWorld.EPOCH;

/** Plays since a moment ago, by command; the player stands so many milliseconds behind the group. */
function playing(behindMs: number): [SimulatedWorld, Jellyfin] {
  const world = new SimulatedWorld();
  const algorithm = new Jellyfin(world);
  algorithm.receive({ kind: 'unpause', seconds: 10, when: world.wallClock() + 300 });
  world.player.seek(10);
  world.pass(300);
  expect(world.player.isPaused).toBe(false);
  world.player.seek(10 - behindMs / 1000);
  return [world, algorithm];
}

function behind(world: SimulatedWorld): number {
  return 10 + (world.now() - 300) / 1000 - world.player.position;
}

describe('Jellyfin SyncPlay', () => {
  it('starts at the moment that the server set, by the clock that it estimated', () => {
    const world = new SimulatedWorld();
    const algorithm = new Jellyfin(world);
    world.pass(1000);
    world.pass(80);
    algorithm.receive({ kind: 'time', sent: NOW + 1000, arrived: NOW + 6040, answered: NOW + 6040 });
    algorithm.receive({ kind: 'unpause', seconds: 0, when: world.wallClock() + 5000 + 200 });
    world.pass(199);
    expect(world.player.isPaused).toBe(true);
    world.pass(2);
    expect(world.player.isPaused).toBe(false);
    algorithm.stop();
  });

  it('leaves 59 ms alone', () => {
    const [world] = playing(59);
    world.pass(10_000);
    expect(world.player.rates).toEqual([]);
  });

  it('makes up for 200 ms within a second at another rate', () => {
    const [world] = playing(200);
    world.pass(4500);
    expect(world.player.rates).toHaveLength(2);
    expect(world.player.rates[0]).toBeCloseTo(1.2);
    expect(world.player.rates[1]).toBe(1);
    expect(behind(world)).toBeCloseTo(0, 2);
  });

  it('goes slower, but never below a fifth, when ahead', () => {
    const [world] = playing(-2000);
    world.pass(8000);
    expect(world.player.rates[0]).toBeCloseTo(0.2);
    expect(behind(world)).toBeCloseTo(0, 2);
  });

  it('jumps when five seconds away', () => {
    const [world] = playing(5000);
    const before = world.player.seeks.length;
    world.pass(5000);
    expect(world.player.seeks).toHaveLength(before + 1);
    expect(behind(world)).toBeCloseTo(0, 2);
  });

  it('tells the server when it is ready after a seek', () => {
    const world = new SimulatedWorld();
    const algorithm = new Jellyfin(world);
    algorithm.receive({ kind: 'seek', seconds: 40, when: world.wallClock() });
    world.pass(100);
    expect(world.last('ready')).toEqual({ kind: 'ready', seconds: 40 });
    algorithm.stop();
  });
});
