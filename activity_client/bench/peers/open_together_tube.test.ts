import { describe, expect, it } from 'vitest';
import { OpenTogetherTube } from './open_together_tube';
import { SimulatedWorld } from './simulated_player';

describe('OpenTogetherTube', () => {
  it('lets the room run on from the moment of receipt and seeks above one second', () => {
    const world = new SimulatedWorld();
    const algorithm = new OpenTogetherTube(world);
    algorithm.receive({ kind: 'sync', is_playing: true, seconds: 0.9 });
    world.pass(1000);
    expect(world.player.seeks).toEqual([]);
    algorithm.receive({ kind: 'sync', is_playing: true, seconds: 5 });
    world.pass(250);
    expect(world.player.seeks).toEqual([5.25]);
    world.pass(10_000);
    expect(world.player.seeks).toHaveLength(1);
  });

  it('asks the server, and does nothing before it answers', () => {
    const world = new SimulatedWorld();
    const algorithm = new OpenTogetherTube(world);
    algorithm.play();
    algorithm.seek(30);
    expect(world.sent).toEqual([{ kind: 'play' }, { kind: 'seek', seconds: 30 }]);
    expect(world.player.isPaused).toBe(true);
    expect(world.player.seeks).toEqual([]);
  });
});
