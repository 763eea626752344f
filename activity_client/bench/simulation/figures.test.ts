// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { Figures, Measurement, PROFILES, rowsOf } from './figures';

describe('the engine on simulated time', () => {
  it.each(PROFILES)('meets every target: $name', { timeout: 120_000 }, async (profile) => {
    const figures = new Figures();
    for (const seed of [1, 2]) {
      await new Measurement(profile, seed, figures).run(5);
    }
    const missed = rowsOf(figures, profile).filter((row) => !row.isMet);
    expect(missed).toEqual([]);
  });
});
