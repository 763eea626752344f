// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { Hand } from './hand';
import type { PlayerEvent, PlayerPort, PlayerState } from './player_port';

/** A player that does what the test says, and writes down what it was told. */
class Puppet implements PlayerPort {
  state: PlayerState = 'ready';
  isPaused = true;
  isSeeking = false;
  isBuffering = false;
  durationSeconds = 600;
  readonly told: string[] = [];

  sample(): null {
    return null;
  }

  play(): void {
    this.told.push('play');
  }

  pause(): void {
    this.told.push('pause');
  }

  seek(seconds: number): void {
    this.told.push(`seek ${seconds}`);
  }

  setRate(rate: number): void {
    this.told.push(`rate ${rate}`);
  }

  subscribe(_: (event: PlayerEvent) => void): () => void {
    return () => undefined;
  }
}

function holding() {
  const player = new Puppet();
  return { player, hand: new Hand(player) };
}

describe('a seek', () => {
  it('keeps the hand busy until it has come, and until there is something to show', () => {
    const { player, hand } = holding();
    hand.seek(30, true, 0);
    player.isSeeking = true;
    expect(hand.isBusy(100)).toBe(true);
    player.isSeeking = false;
    player.isBuffering = true;
    hand.onEvent({ kind: 'seeked' }, 200);
    expect(hand.isBusy(200)).toBe(true);
    player.isBuffering = false;
    expect(hand.isBusy(300)).toBe(false);
    expect(hand.isSeeking).toBe(false);
  });

  it('that nobody tells the end of is over after a moment of quiet', () => {
    const { hand } = holding();
    hand.seek(30, true, 0);
    expect(hand.isBusy(100)).toBe(true);
    expect(hand.isBusy(150)).toBe(false);
  });

  it('that never comes is given up', () => {
    const { player, hand } = holding();
    hand.seek(30, true, 0);
    player.isSeeking = true;
    expect(hand.isBusy(9_999)).toBe(true);
    expect(hand.isBusy(10_000)).toBe(false);
  });

  it('made standing teaches what it took, near and far by themselves', () => {
    const { hand } = holding();
    for (const at of [0, 10_000, 20_000]) {
      hand.seek(30, false, at);
      hand.onEvent({ kind: 'seeked' }, at + 400);
      hand.isBusy(at + 400);
    }
    expect(hand.farPausedSeek.ms).toBe(400);
    expect(hand.nearPausedSeek.ms).toBe(60);
    expect(hand.hasLesson).toBe(false);
  });

  it('made running teaches by how far it came out behind', () => {
    const { player, hand } = holding();
    player.isPaused = false;
    for (let turn = 0; turn < 3; turn += 1) {
      hand.seek(30, true, 0);
      expect(hand.hasLesson).toBe(true);
      hand.learn(-50);
    }
    expect(hand.nearSeek.ms).toBeGreaterThan(80);
    expect(hand.hasLesson).toBe(false);
  });

  it('that did not help waits longer each time, until all has been well for a while or the room has moved', () => {
    const { hand } = holding();
    const waits: number[] = [];
    for (let turn = 0; turn < 8; turn += 1) {
      hand.noteAttempt(0);
      let wait = 0;
      while (!hand.maySeek(wait)) {
        wait += 500;
      }
      waits.push(wait);
    }
    expect(waits).toEqual([0, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    hand.noteQuiet(50_000);
    hand.noteQuiet(60_000);
    hand.noteAttempt(60_000);
    expect(hand.maySeek(60_000)).toBe(true);
    hand.noteAttempt(60_000);
    hand.forgive();
    expect(hand.maySeek(60_000)).toBe(true);
  });
});

describe('a start', () => {
  it('teaches how long it takes', () => {
    const { player, hand } = holding();
    for (let turn = 0; turn < 3; turn += 1) {
      hand.start(0, 40);
      expect(hand.isBusy(10)).toBe(true);
      player.isPaused = false;
      expect(hand.isBusy(50)).toBe(false);
      hand.learn(-60);
      player.isPaused = true;
    }
    expect(hand.startDelay.ms).toBe(100);
    expect(hand.wantsPaused).toBe(false);
  });

  it('teaches nothing when something came in between', () => {
    const { hand } = holding();
    hand.start(0, 40);
    hand.forgetLesson();
    hand.learn(-500);
    expect(hand.startDelay.ms).toBe(40);
  });

  it('that the browser refuses is no longer waited for', () => {
    const { hand } = holding();
    hand.start(0, 40);
    hand.onEvent({ kind: 'blocked' }, 20);
    expect(hand.isBlocked).toBe(true);
    expect(hand.isBusy(30)).toBe(false);
    hand.onEvent({ kind: 'playing' }, 40);
    expect(hand.isBlocked).toBe(false);
  });

  it('that does not come is given up', () => {
    const { hand } = holding();
    hand.start(0, 40);
    expect(hand.isBusy(2_999)).toBe(true);
    expect(hand.isBusy(3_000)).toBe(false);
  });
});

describe('the rate', () => {
  it('is set where it is another', () => {
    const { player, hand } = holding();
    hand.setRate(1);
    hand.setRate(1);
    hand.setRate(1.02);
    expect(player.told).toEqual(['rate 1', 'rate 1.02']);
  });

  it('is set anew after the hand had let go', () => {
    const { player, hand } = holding();
    hand.setRate(1);
    hand.release();
    hand.setRate(1);
    expect(player.told).toEqual(['rate 1', 'rate 1']);
  });

  it('that somebody else sets is put back, though not for ever', () => {
    const { player, hand } = holding();
    hand.setRate(1);
    for (let turn = 0; turn < 20; turn += 1) {
      hand.onEvent({ kind: 'rate', rate: 0.5 }, turn * 10);
    }
    expect(player.told).toHaveLength(6);
    hand.onEvent({ kind: 'rate', rate: 0.5 }, 20_000);
    expect(player.told).toHaveLength(7);
  });

  it('as it was asked for is nobody else’s', () => {
    const { player, hand } = holding();
    hand.onEvent({ kind: 'rate', rate: 0.5 }, 0);
    hand.setRate(1.02);
    hand.onEvent({ kind: 'rate', rate: 1.02 }, 10);
    expect(player.told).toEqual(['rate 1.02']);
  });
});
