/**
 * One request to the API: a deadline, and another try where that can help and can't harm.
 *
 * Policy: a request is repeated twice at most, after about 0.4 s and 1.2 s, when no answer came, when it came too late
 * or when the server was unwell (429, 502, 503, 504; `Retry-After` is kept up to 5 s). A request that must not be
 * carried out twice is never repeated.
 */

import { ApiProblem, problemOf, tooSlow, unreachable } from './problem';

export type Send = (address: string, init: RequestInit) => Promise<Response>;

export interface Wire {
  readonly send: Send;
  /** Resolves after so many milliseconds. */
  readonly pause: (milliseconds: number) => Promise<void>;
  /** Between 0 and 1. */
  readonly random: () => number;
}

export interface Wish {
  readonly path: string;
  readonly bearer?: string | null;
  /** What is posted; without it, the request reads. */
  readonly body?: object;
  readonly deadlineMs?: number;
  readonly isRepeatable?: boolean;
  /** Ends the request when whoever asked no longer wants the answer. */
  readonly signal?: AbortSignal;
}

const DEADLINE_MS = 8_000;
const PAUSES_MS = [400, 1_200];
const LONGEST_PAUSE_MS = 5_000;
const PASSING_STATUSES: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** The browser's own way to send, wait and throw dice. */
export const BROWSER_WIRE: Wire = {
  send: (address, init) => fetch(address, init),
  pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  random: () => Math.random(),
};

/** The answer's JSON. Throws `ApiProblem`, or the signal's own reason when the asker gave up. */
export async function ask(wire: Wire, wish: Wish): Promise<unknown> {
  const pauses = wish.isRepeatable === false ? [] : PAUSES_MS;
  for (const pause of pauses) {
    try {
      return await once(wire, wish);
    } catch (error) {
      if (!(error instanceof ApiProblem) || !isPassing(error)) {
        throw error;
      }
      await wire.pause(waitBefore(error, pause, wire.random()));
    }
  }
  return once(wire, wish);
}

async function once(wire: Wire, wish: Wish): Promise<unknown> {
  const deadline = AbortSignal.timeout(wish.deadlineMs ?? DEADLINE_MS);
  const signal = wish.signal ? AbortSignal.any([wish.signal, deadline]) : deadline;
  try {
    const response = await wire.send(`/api/v1${wish.path}`, { ...described(wish), signal });
    if (!response.ok) {
      throw await problemOf(response);
    }
    return await response.json();
  } catch (error) {
    if (error instanceof ApiProblem) {
      throw error;
    }
    wish.signal?.throwIfAborted();
    throw deadline.aborted ? tooSlow() : unreachable();
  }
}

function described({ bearer, body }: Wish): RequestInit {
  const headers: Record<string, string> = { Accept: 'application/json, application/problem+json' };
  if (bearer) {
    headers.Authorization = `Bearer ${bearer}`;
  }
  if (body === undefined) {
    return { method: 'GET', headers, credentials: 'omit' };
  }
  headers['Content-Type'] = 'application/json';
  return { method: 'POST', headers, body: JSON.stringify(body), credentials: 'omit' };
}

function isPassing(problem: ApiProblem): boolean {
  return problem.status === 0 || PASSING_STATUSES.has(problem.status);
}

function waitBefore(problem: ApiProblem, pause: number, dice: number): number {
  const asked = Math.min(problem.retryAfterMs ?? 0, LONGEST_PAUSE_MS);
  return Math.max(asked, pause * (0.75 + dice / 2));
}
