// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { Figures, Measurement, PROFILES, rowsOf } from './figures';

describe('the engine on simulated time', () => {
  it.each(PROFILES)('meets every target: $name', { timeout: 120_000 }, async (profile) => {
    const figures = new Figures();
    for (const seed of [1, 2]) {
      await new Measurement(profile, seed, figures).run(3);
    }
    // A share of eight clocks says little about clocks: src/sync/clock.test.ts looks at hundreds.
    const rows = rowsOf(figures, profile).filter(({ what }) => !what.startsWith('error of the clock'));
    const missed = rows.filter((row) => !row.isMet);
    expect(missed).toEqual([]);
  });
});
