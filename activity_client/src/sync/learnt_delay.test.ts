// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { LearntDelay } from './learnt_delay';

describe('a learnt delay', () => {
  it('is a guess at first, which counts until two have been seen', () => {
    const delay = new LearntDelay(40, 0, 600);
    expect(delay.ms).toBe(40);
    delay.learn(100);
    delay.learn(110);
    expect(delay.ms).toBe(110);
  });

  it('is the median of the last seven', () => {
    const delay = new LearntDelay(40, 0, 600);
    for (const ms of [500, 500, 500, 20, 21, 22, 23, 24, 25, 26]) {
      delay.learn(ms);
    }
    expect(delay.ms).toBe(23);
  });

  it('is on the long side where being early only means to wait', () => {
    const delay = new LearntDelay(250, 10, 5_000, 0.75);
    for (const ms of [100, 200, 300, 400]) {
      delay.learn(ms);
    }
    expect(delay.ms).toBe(400);
  });

  it('stays within its limits', () => {
    const delay = new LearntDelay(40, 0, 600);
    delay.learn(-30);
    delay.learn(-30);
    expect(delay.ms).toBe(0);
    for (let turn = 0; turn < 7; turn += 1) {
      delay.learn(9_000);
    }
    expect(delay.ms).toBe(600);
  });
});
