/**
 * When to claim the host's place: once the lease has run out, one after the other.
 *
 * Everybody sees the same lease end. Were all to claim at once, all but one would be rejected; so each waits by place
 * of joining, and mostly the first one is enough. The server decides: exactly one claim wins.
 */

import { CLAIM_STAGGER_MS, type Host, type Participant, type UserId } from './protocol';

/** Who watches freely or is away lets the others go first. */
const RELUCTANT_MS = 3_000;
/** After a claim that was rejected or unanswered, and the lease has still not been renewed as far as we know. */
const AGAIN_AFTER_MS = 10_000;

export class HostClaim {
  #claimedAtMs = Number.NEGATIVE_INFINITY;

  /** Whether to claim now. @param serverMs the server's time, as the lease is */
  isDue(
    serverMs: number,
    host: Host,
    me: UserId,
    roster: readonly Participant[],
    isReluctant: boolean,
  ): boolean {
    if (host.user_id === me || serverMs - this.#claimedAtMs < AGAIN_AFTER_MS) {
      return false;
    }
    const waitMs = CLAIM_STAGGER_MS * placeOf(me, host.user_id, roster) + (isReluctant ? RELUCTANT_MS : 0);
    return serverMs >= host.lease_until_ms + waitMs;
  }

  onClaimed(serverMs: number): void {
    this.#claimedAtMs = serverMs;
  }
}

/** From 1, by joining time, the host left out; the list is in that order. */
function placeOf(me: UserId, host: UserId, roster: readonly Participant[]): number {
  const others = roster.filter((one) => one.user_id !== host);
  const place = others.findIndex((one) => one.user_id === me);
  return (place === -1 ? others.length : place) + 1;
}
