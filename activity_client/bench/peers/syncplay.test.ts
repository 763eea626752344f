import { describe, expect, it } from 'vitest';
import { SimulatedWorld } from './simulated_player';
import type { PeerMessage } from './sync_algorithm';
import { PingService, Syncplay } from './syncplay';

function state(position: number, more: Partial<PeerMessage> = {}): PeerMessage {
  return {
    kind: 'state',
    position,
    paused: false,
    do_seek: false,
    set_by_you: false,
    changes_seen: 0,
    server_stamp: 1,
    server_rtt: 0,
    your_stamp: 0,
    ...more,
  };
}

/** Plays, and the room stands so many seconds behind the player. */
function ahead(seconds: number, mayControl = true): [SimulatedWorld, Syncplay] {
  const world = new SimulatedWorld();
  const algorithm = new Syncplay(world);
  algorithm.receive({ kind: 'hello', may_control: mayControl });
  world.pass(100);
  algorithm.receive(state(100));
  world.pass(1000);
  algorithm.receive(state(101 - seconds));
  return [world, algorithm];
}

describe('Syncplay', () => {
  it('goes where the room is, first of all', () => {
    const [world] = ahead(0);
    expect(world.player.seeks).toEqual([100]);
    expect(world.player.isPaused).toBe(false);
    expect(world.player.rates).toEqual([]);
  });

  it('lets 1.4 s be, slows down from 1.5 s until 0.1 s', () => {
    expect(ahead(1.4)[0].player.rates).toEqual([]);
    const [world, algorithm] = ahead(1.6);
    expect(world.player.rates).toEqual([0.95]);
    world.pass(10_000);
    algorithm.receive(state(world.player.position - 0.5));
    expect(world.player.rates).toEqual([0.95]);
    algorithm.receive(state(world.player.position - 0.05));
    expect(world.player.rates).toEqual([0.95, 1]);
  });

  it('rewinds from 4 s', () => {
    const [world] = ahead(4.5);
    expect(world.player.seeks).toEqual([100, 96.5]);
  });

  it('never catches up where it may control; else after more than 3.25 s behind by 5 s', () => {
    for (const [mayControl, seeks] of [
      [true, 1],
      [false, 2],
    ] as const) {
      const [world, algorithm] = ahead(-6, mayControl);
      world.pass(4000);
      algorithm.receive(state(world.player.position + 6));
      expect(world.player.seeks).toHaveLength(seeks);
    }
  });

  it('does not believe the server before it has heard of its own change', () => {
    const [world, algorithm] = ahead(0);
    algorithm.pause();
    algorithm.receive(state(103));
    expect(world.player.isPaused).toBe(true);
    algorithm.receive(state(103, { changes_seen: 1 }));
    expect(world.player.isPaused).toBe(false);
  });

  it('answers each state with where it is', () => {
    const [world] = ahead(0);
    expect(world.sent).toHaveLength(2);
    expect(world.sent.at(-1)).toMatchObject({ kind: 'state', position: 101, paused: false, server_stamp: 1 });
  });
});

describe('the age of a message', () => {
  it('is half the average round trip, and more where ours is the longer one', () => {
    const ping = new PingService();
    ping.receive(1100, 1000, 0.1);
    expect(ping.forwardDelaySeconds).toBeCloseTo(0.05);
    ping.receive(1300, 1000, 0.1);
    expect(ping.forwardDelaySeconds).toBeCloseTo((0.1 * 0.85 + 0.3 * 0.15) / 2 + 0.2);
  });
});
