// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { HostClaim } from './host_claim';
import { CLAIM_STAGGER_MS, type Host, type Participant } from './protocol';

const HOST: Host = { user_id: '1', lease_until_ms: 10_000 };

function here(userId: string, joinedAtMs: number): Participant {
  return {
    user_id: userId,
    name: userId,
    avatar: null,
    level: 'viewer',
    via: 'discord',
    joined_at_ms: joinedAtMs,
    state: 'playing',
    activity: 'active',
    drift_ms: null,
    clock_bound_ms: null,
    quality: 'good',
  };
}

const ROSTER = [here('1', 0), here('2', 10), here('3', 20)];

function firstClaimMs(me: string, isReluctant = false): number {
  const claim = new HostClaim();
  for (let serverMs = 9_000; serverMs < 30_000; serverMs += 10) {
    if (claim.isDue(serverMs, HOST, me, ROSTER, isReluctant)) {
      return serverMs;
    }
  }
  return Number.POSITIVE_INFINITY;
}

describe('a claim of the host’s place', () => {
  it('waits for the end of the lease, and its turn by joining', () => {
    expect(firstClaimMs('2')).toBe(10_000 + CLAIM_STAGGER_MS);
    expect(firstClaimMs('3')).toBe(10_000 + 2 * CLAIM_STAGGER_MS);
  });

  it('comes last from one who is not listed', () => {
    expect(firstClaimMs('9')).toBe(10_000 + 3 * CLAIM_STAGGER_MS);
  });

  it('waits for others where one is away or watches freely', () => {
    expect(firstClaimMs('2', true)).toBe(13_000 + CLAIM_STAGGER_MS);
  });

  it('is nothing for the host', () => {
    expect(firstClaimMs('1')).toBe(Number.POSITIVE_INFINITY);
  });

  it('is not said over and over', () => {
    const claim = new HostClaim();
    claim.onClaimed(10_300);
    expect(claim.isDue(11_000, HOST, '2', ROSTER, false)).toBe(false);
    expect(claim.isDue(20_300, HOST, '2', ROSTER, false)).toBe(true);
  });
});
