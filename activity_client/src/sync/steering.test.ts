// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { SimulatedPlayer } from '../../bench/simulation/simulated_player';
import { chance, SimulatedTime } from '../../bench/simulation/simulated_time';
import { Steering } from './steering';

function atTheWheel() {
  const player = new SimulatedPlayer(new SimulatedTime(), chance(1), (ms) => ms);
  return { player, steering: new Steering(player) };
}

describe('when to look again', () => {
  it('is the earliest that anybody wanted, anew at each tick', () => {
    const { steering } = atTheWheel();
    steering.beginTick(0);
    steering.wake(80);
    steering.wake(40);
    steering.wake(60);
    expect(steering.wakeAtMs).toBe(40);
    steering.beginTick(40);
    expect(steering.wakeAtMs).toBeNull();
  });

  it('is reckoned to be as far off as lately at worst, whatever came in between', () => {
    const { steering } = atTheWheel();
    for (const now of [0, 1_000, 1_050, 1_100, 2_000]) {
      steering.beginTick(now);
    }
    expect(steering.tickSeconds).toBe(1);
    for (let now = 2_100; now < 9_000; now += 100) {
      steering.beginTick(now);
    }
    expect(steering.tickSeconds).toBeCloseTo(0.1);
  });
});

describe('a correction', () => {
  it('moves what was measured along with it', () => {
    const { steering } = atTheWheel();
    for (const atMs of [1, 2, 3]) {
      steering.meter.add(atMs, 0.05);
    }
    steering.setShare(-0.02, 2, 1_000);
    steering.followShare(2, 1_500);
    expect(steering.meter.error).toBeCloseTo(0.03);
    steering.followShare(2, 1_500);
    expect(steering.meter.error).toBeCloseTo(0.03);
  });

  it('is set over the room’s rate', () => {
    const { player, steering } = atTheWheel();
    steering.setShare(0.04, 1.5, 0);
    expect(player.rate).toBeCloseTo(1.56);
  });
});

describe('a seek', () => {
  it('counts as a correction only once we had arrived', () => {
    const { steering } = atTheWheel();
    steering.countSeek(0);
    expect(steering.seeks).toBe(0);
    steering.hasArrived = true;
    steering.countSeek(1_000);
    expect(steering.seeks).toBe(1);
  });

  it('is made running where it is near, and seeks there are cheap', () => {
    const { player, steering } = atTheWheel();
    expect(steering.isRunningSeek(-3)).toBe(true);
    expect(steering.isRunningSeek(5)).toBe(false);
    player.isPaused = false;
    for (let turn = 0; turn < 3; turn += 1) {
      steering.seekTo(10, true, 0);
      steering.hand.learn(-400);
    }
    expect(steering.isRunningSeek(-3)).toBe(false);
  });
});
