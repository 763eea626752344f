// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { AWAY_AFTER_MS, INACTIVE_AFTER_MS, type PlayState } from './protocol';
import { activityAfter, qualityOf, ReportSchedule } from './reports';

/** Ticks through `seconds`, and tells when reports were due. */
function reportsWithin(seconds: number, isHost: boolean, stateAt: (ms: number) => PlayState): number[] {
  const schedule = new ReportSchedule();
  const sent: number[] = [];
  schedule.onGreeted(0);
  for (let now = 0; now <= seconds * 1_000; now += 100) {
    if (schedule.isDue(now, stateAt(now), 'active', isHost)) {
      schedule.onSent(now);
      sent.push(now);
    }
  }
  return sent;
}

describe('reports', () => {
  it('come every 20 s while nothing happens, after a first one', () => {
    expect(reportsWithin(61, false, () => 'playing')).toEqual([1_000, 21_000, 41_000, 61_000]);
  });

  it('come every 10 s from the host, who renews the lease with them', () => {
    expect(reportsWithin(31, true, () => 'playing')).toEqual([1_000, 11_000, 21_000, 31_000]);
  });

  it('come soon after a change that lasts', () => {
    const sent = reportsWithin(20, false, (ms) => (ms < 5_000 ? 'playing' : 'buffering'));
    expect(sent).toEqual([1_000, 5_500]);
  });

  it('do not tell of a short stall', () => {
    expect(reportsWithin(20, false, (ms) => (ms % 3_000 < 300 ? 'buffering' : 'playing'))).toEqual([1_000]);
  });

  it('are at most one a second, however much goes on', () => {
    const states: PlayState[] = ['playing', 'buffering', 'paused'];
    const sent = reportsWithin(30, false, (ms) => states[Math.floor(ms / 600) % 3] ?? 'playing');
    const gaps = sent.slice(1).map((ms, place) => ms - (sent[place] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1_000);
  });
});

describe('activity', () => {
  it('goes by the time since the last sign', () => {
    expect(activityAfter(0)).toBe('active');
    expect(activityAfter(INACTIVE_AFTER_MS)).toBe('inactive');
    expect(activityAfter(AWAY_AFTER_MS)).toBe('away');
  });
});

describe('quality', () => {
  it.each([
    [null, null, false, 'good'],
    [45, 8, false, 'good'],
    [45, -40, false, 'fair'],
    [120, 5, false, 'fair'],
    [45, 90, false, 'poor'],
    [300, 5, false, 'poor'],
    [45, 5, true, 'poor'],
  ])('with a bound of %s ms and %s ms of drift, stalled: %s, is %s', (bound, drift, isStalled, quality) => {
    expect(qualityOf(bound, drift, isStalled)).toBe(quality);
  });
});
