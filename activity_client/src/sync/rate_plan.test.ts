// @vitest-environment node
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FIRM, GENTLE, HARD, rateShare, secondsByRate } from './rate_plan';

const errors = fc.double({ min: -5, max: 5, noNaN: true }).filter((error) => Math.abs(error) > 0.002);
const rates = fc.constantFrom(0.5, 1, 1.5, 2);
const ticks = fc.double({ min: 0.1, max: 2, noNaN: true });

describe('the rate of a correction', () => {
  it('is never audible below 80 ms, nor until the next look', () => {
    fc.assert(
      fc.property(errors, rates, ticks, (error, rate, tick) => {
        const share = rateShare(error, rate, tick);
        const atNextLook = Math.abs(error) - Math.abs(share) * rate * tick;
        if (Math.abs(share) > 0.05) {
          expect(Math.abs(error)).toBeGreaterThan(0.08);
          expect(atNextLook).toBeGreaterThan(0.08);
        }
      }),
    );
  });

  it('leads towards the room, and not past it before the next look', () => {
    fc.assert(
      fc.property(errors, rates, ticks, (error, rate, tick) => {
        const share = rateShare(error, rate, tick);
        expect(Math.sign(share)).toBe(-Math.sign(error));
        const step = 0.0025 * rate * tick;
        expect(Math.abs(share) * rate * tick).toBeLessThanOrEqual(Math.abs(error) + step);
      }),
    );
  });

  it.each([
    [0.02, 0.1, -0.02],
    [-0.02, 0.1, 0.02],
    [0.07, 0.1, -GENTLE],
    [0.15, 0.1, -FIRM],
    [0.4, 0.1, -HARD],
    [0.02, 1, -0.01],
    [0.15, 1, -GENTLE],
  ])('for %d s, looked at every %d s, is %d', (error, tick, share) => {
    expect(rateShare(error, 1, tick)).toBeCloseTo(share, 6);
  });
});

describe('the time that a correction by rate takes', () => {
  it('is the sum over its bands', () => {
    expect(secondsByRate(0.05, 1, 0.005)).toBeCloseTo(0.045 / GENTLE);
    expect(secondsByRate(-0.15, 1, 0.06)).toBeCloseTo(0.045 / FIRM + 0.045 / GENTLE);
    expect(secondsByRate(0.45, 1, 0.25)).toBeCloseTo(0.2 / HARD);
    expect(secondsByRate(0.05, 2, 0.005)).toBeCloseTo(0.5);
    expect(secondsByRate(0.05, 1, 0.06)).toBe(0);
  });
});
