import { describe, expect, it } from 'vitest';
import { loadPolicies, patience } from './patience';

const NOBODY = { code: 0 };

function policyAt(clock: { now: number }) {
  const policy = patience(() => clock.now);
  return (failuresBefore: number, answer?: { code: number }, isRetriedByItself = false) =>
    policy.shouldRetry(policy, failuresBefore, false, answer, isRetriedByItself);
}

describe('patience', () => {
  it('asks for forty seconds where nobody answers, however often that was', () => {
    const clock = { now: 5_000 };
    const isRetried = policyAt(clock);
    expect(isRetried(0, NOBODY)).toBe(true);
    clock.now += 39_000;
    expect(isRetried(78, NOBODY)).toBe(true);
    expect(isRetried(79)).toBe(true);
    clock.now += 1_000;
    expect(isRetried(80, NOBODY)).toBe(false);
  });

  it('begins anew when a piece has come', () => {
    const clock = { now: 0 };
    const isRetried = policyAt(clock);
    isRetried(0, NOBODY);
    clock.now = 100_000;
    expect(isRetried(1, NOBODY)).toBe(false);
    expect(isRetried(0, NOBODY)).toBe(true);
    clock.now += 30_000;
    expect(isRetried(1, NOBODY)).toBe(true);
  });

  it('takes a refusal for one, and gives a server that is unwell four chances', () => {
    const isRetried = policyAt({ now: 0 });
    expect(isRetried(0, { code: 403 })).toBe(false);
    expect(isRetried(3, { code: 502 }, true)).toBe(true);
    expect(isRetried(4, { code: 502 }, true)).toBe(false);
  });

  it('waits for at most two seconds, and counts pictures and playlists apart', () => {
    const { playlistLoadPolicy, fragLoadPolicy } = loadPolicies(() => 0);
    expect(playlistLoadPolicy.default.errorRetry.maxRetryDelayMs).toBe(2_000);
    expect(playlistLoadPolicy.default.errorRetry).not.toBe(fragLoadPolicy.default.errorRetry);
  });
});
