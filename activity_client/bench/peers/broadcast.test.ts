import { describe, expect, it } from 'vitest';
import { Broadcast } from './broadcast';
import { SimulatedWorld } from './simulated_player';

describe('a broadcast every five seconds', () => {
  it('is sent by the host only', () => {
    const host = new SimulatedWorld();
    const algorithm = new Broadcast(host);
    algorithm.receive({ kind: 'you_are_host' });
    algorithm.play();
    host.pass(10_000);
    expect(host.sent).toHaveLength(3);
    expect(host.last('position')).toEqual({ kind: 'position', seconds: 10, paused: false });

    const viewer = new SimulatedWorld();
    new Broadcast(viewer);
    viewer.pass(10_000);
    expect(viewer.sent).toEqual([]);
  });

  it('leaves alone who is less than two seconds away, and moves who is further', () => {
    const world = new SimulatedWorld();
    const algorithm = new Broadcast(world);
    algorithm.receive({ kind: 'position', seconds: 1.9, paused: false });
    expect(world.player.isPaused).toBe(false);
    expect(world.player.seeks).toEqual([]);
    algorithm.receive({ kind: 'position', seconds: 2.1, paused: false });
    expect(world.player.seeks).toEqual([2.1]);
  });

  it('stops with the algorithm', () => {
    const world = new SimulatedWorld();
    const algorithm = new Broadcast(world);
    algorithm.receive({ kind: 'you_are_host' });
    algorithm.stop();
    world.pass(20_000);
    expect(world.sent).toEqual([]);
  });
});
