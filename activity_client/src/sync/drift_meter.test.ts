// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { DriftMeter } from './drift_meter';

function metered(...errors: number[]): DriftMeter {
  const meter = new DriftMeter();
  meter.clear(0);
  for (const [place, error] of errors.entries()) {
    meter.add(place + 1, error);
  }
  return meter;
}

describe('the drift meter', () => {
  it('says nothing from fewer than three readings', () => {
    expect(metered(0.01, 0.01).error).toBeNull();
    expect(metered(0.01, 0.02, 0.03).error).toBe(0.02);
  });

  it('does not care for two bad readings of five', () => {
    expect(metered(0.01, 3, 0.012, -4, 0.011).error).toBe(0.011);
  });

  it('is fine where nothing happens: the core of twenty-five', () => {
    const meter = metered(9, ...Array.from({ length: 25 }, (_, place) => place / 1_000));
    expect(meter.error).toBeCloseTo(0.012);
    expect(meter.isFull).toBe(true);
  });

  it('is quick where something has happened: the core of the newest five', () => {
    const meter = metered(...Array.from({ length: 10 }, () => 0.001), 0.2, 0.2, 0.2);
    expect(meter.error).toBe(0.2);
  });

  it('remembers how much readings scatter, so that a few that agree by chance are not believed', () => {
    const meter = metered(...Array.from({ length: 60 }, (_, place) => 0.008 * ((place % 3) - 1)));
    expect(meter.uncertainty).toBeGreaterThan(0.002);
    meter.clear(100);
    for (const atMs of [101, 102, 103, 104, 105]) {
      meter.add(atMs, 0.008);
    }
    expect(meter.error).toBe(0.008);
    expect(meter.uncertainty).toBeGreaterThan(0.003);
    expect(metered(0.008, 0.008, 0.008, 0.008, 0.008).uncertainty).toBe(0);
  });

  it('takes the same reading once', () => {
    const meter = metered(0.01);
    meter.add(1, 0.01);
    meter.add(1, 0.01);
    expect(meter.error).toBeNull();
  });

  it('moves its readings along with a correction', () => {
    const meter = metered(0.05, 0.05, 0.05);
    meter.shift(-0.02);
    expect(meter.error).toBeCloseTo(0.03);
  });

  it('forgets what had not settled', () => {
    const meter = metered(0.03, 0.025, 0.02, 0.016, 0.013, 0.012, 0.012, 0.012, 0.012);
    meter.keepNewest();
    expect(meter.error).toBe(0.012);
    expect(meter.isFull).toBe(true);
  });

  it('refuses what was read before it was cleared', () => {
    const meter = metered(0.05, 0.05, 0.05);
    meter.clear(100);
    for (const atMs of [97, 98, 99, 100]) {
      meter.add(atMs, 0.05);
    }
    expect(meter.error).toBeNull();
  });
});
