/**
 * How long the player asks for pieces of a film before it gives the film up.
 *
 * By itself hls.js (in Kaltura's player 3.17.95) gives up at the first refused connection while the computer believes
 * that it is online, since `navigator.onLine` only knows the cable, not what lies behind it. What was given up is not
 * played any more, buffered or not: a network that was away for ten seconds ended the film (measured). Tries can't be
 * counted either: a missing caption is asked for twice a second, and its failures count with those of the picture.
 *
 * So where nobody answers, it is asked again for as long as the buffer lasts. Who answers with a refusal means it.
 */

const PATIENT_FOR_MS = 40_000;
/** A server that is unwell (5xx) is given so many chances. */
const UNWELL_TRIES = 4;
/** hls.js waits between tries only below this number, so it must never be reached. */
const UNREACHED = 1_000_000;

/** hls.js: `errorRetry` of a load policy; waits double up to the most. */
export interface RetryPolicy {
  readonly maxNumRetry: number;
  readonly retryDelayMs: number;
  readonly maxRetryDelayMs: number;
  readonly shouldRetry: (
    policy: unknown,
    failuresBefore: number,
    isTimeout: boolean,
    answer: { readonly code: number } | undefined,
    isRetriedByItself: boolean,
  ) => boolean;
}

/** A policy for one kind of piece; `failuresBefore` begins anew at nought whenever a piece came. */
export function patience(now: () => number): RetryPolicy {
  let sinceMs = now();
  return {
    maxNumRetry: UNREACHED,
    retryDelayMs: 500,
    maxRetryDelayMs: 2_000,
    shouldRetry(_policy, failuresBefore, _isTimeout, answer, isRetriedByItself) {
      if (failuresBefore === 0) {
        sinceMs = now();
      }
      const isUnanswered = !answer?.code;
      return isUnanswered
        ? now() - sinceMs < PATIENT_FOR_MS
        : isRetriedByItself && failuresBefore < UNWELL_TRIES;
    },
  };
}

/** hls.js: the part of its configuration that is about failures; the rest of each policy is as it comes. */
export function loadPolicies(now: () => number) {
  const common = {
    maxTimeToFirstByteMs: 10_000,
    timeoutRetry: { maxNumRetry: 4, retryDelayMs: 0, maxRetryDelayMs: 0 },
  };
  return {
    playlistLoadPolicy: { default: { ...common, maxLoadTimeMs: 20_000, errorRetry: patience(now) } },
    fragLoadPolicy: { default: { ...common, maxLoadTimeMs: 120_000, errorRetry: patience(now) } },
  };
}
