/**
 * What can go wrong between this page and the API, as one error that can be shown as it is.
 *
 * The API answers every refusal as a problem (RFC 9457) whose `detail` is written for whoever watches. Where no such
 * answer came (no network, too slow, a proxy's error page), the sentence is ours.
 */

export type ProblemKind = 'refused' | 'unreachable' | 'too_slow' | 'unwell';

export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';

  constructor(
    readonly kind: ProblemKind,
    /** HTTP status; 0 where no answer came. */
    readonly status: number,
    /** The last part of the problem's type, such as `access-denied`; empty where there is none. */
    readonly slug: string,
    sentence: string,
    /** How long the server asked to be left alone, in milliseconds. */
    readonly retryAfterMs: number | null = null,
  ) {
    super(sentence);
  }
}

/** Nothing came back at all. */
export function unreachable(): ApiProblem {
  return new ApiProblem('unreachable', 0, '', 'Watch Together can’t be reached. Check your connection.');
}

/** Nothing came back in time. */
export function tooSlow(): ApiProblem {
  return new ApiProblem('too_slow', 0, '', 'Watch Together took too long to answer.');
}

/** The problem that an answer states, or the best sentence for its status. */
export async function problemOf(response: Response): Promise<ApiProblem> {
  const body: unknown = await response.json().catch(() => null);
  const written = isRecord(body) ? body : {};
  const slug = typeof written.type === 'string' ? (written.type.split('/').at(-1) ?? '') : '';
  const detail = typeof written.detail === 'string' && written.detail !== '' ? written.detail : null;
  const kind = response.status >= 500 || response.status === 429 ? 'unwell' : 'refused';
  return new ApiProblem(
    kind,
    response.status,
    slug,
    detail ?? sentenceFor(response.status),
    waitOf(response),
  );
}

/** The sentence of any error, for people. */
export function sentenceOf(error: unknown): string {
  return error instanceof ApiProblem ? error.message : 'Something went wrong in this window.';
}

function sentenceFor(status: number): string {
  if (status === 429) {
    return 'That was too much at once. Wait a moment.';
  }
  return status >= 500 ? 'Watch Together is unwell at the moment.' : 'Watch Together did not accept that.';
}

function waitOf(response: Response): number | null {
  const seconds = Number(response.headers.get('Retry-After') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
