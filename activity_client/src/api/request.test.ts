import { describe, expect, it, vi } from 'vitest';
import { ApiProblem } from './problem';
import { ask, type Wire } from './request';

type Answer = Response | Error;

/** A wire that gives these answers one after the other, and keeps the requests and the pauses. */
function wireOf(...answers: Answer[]) {
  const requests: [string, RequestInit][] = [];
  const pauses: number[] = [];
  const wire: Wire = {
    send: async (address, init) => {
      requests.push([address, init]);
      const answer = answers.shift() ?? new Error('no more answers');
      if (answer instanceof Error) {
        throw answer;
      }
      return answer;
    },
    pause: async (milliseconds) => void pauses.push(milliseconds),
    random: () => 0.5,
  };
  return { wire, requests, pauses };
}

const ok = (body: object) => Response.json(body);
const problem = (status: number, fields: object = {}, headers: Record<string, string> = {}) =>
  Response.json({ type: '/problems/access-denied', title: 'No', status, ...fields }, { status, headers });

async function refusal(asked: Promise<unknown>): Promise<ApiProblem> {
  const error = await asked.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ApiProblem);
  return error as ApiProblem;
}

describe('a request', () => {
  it('reads, with the token in a header and nowhere else', async () => {
    const { wire, requests } = wireOf(ok({ total: 0 }));
    expect(await ask(wire, { path: '/videos', bearer: 'secret' })).toEqual({ total: 0 });
    const [address, init] = requests[0] ?? ['', {}];
    expect(address).toBe('/api/v1/videos');
    expect(init).toMatchObject({
      method: 'GET',
      credentials: 'omit',
      headers: { Authorization: 'Bearer secret' },
    });
  });

  it('writes JSON', async () => {
    const { wire, requests } = wireOf(ok({}));
    await ask(wire, { path: '/auth/token', body: { code: 'c' } });
    expect(requests[0]?.[1]).toMatchObject({ method: 'POST', body: '{"code":"c"}' });
  });

  it('says what the API says for people', async () => {
    const { wire } = wireOf(problem(403, { detail: 'It is not available in your country.' }));
    const error = await refusal(ask(wire, { path: '/videos/1/playback' }));
    expect(error).toMatchObject({ kind: 'refused', status: 403, slug: 'access-denied' });
    expect(error.message).toBe('It is not available in your country.');
  });

  it('has a sentence of its own where a proxy answers with a page', async () => {
    const { wire } = wireOf(new Response('<h1>Bad gateway</h1>', { status: 500 }));
    expect((await refusal(ask(wire, { path: '/health' }))).message).toBe(
      'Watch Together is unwell at the moment.',
    );
  });
});

describe('another try', () => {
  it('is made twice where the server is unwell or out of reach, and then no more', async () => {
    const { wire, requests, pauses } = wireOf(problem(503), new TypeError('no network'), problem(502));
    expect((await refusal(ask(wire, { path: '/health' }))).status).toBe(502);
    expect(requests).toHaveLength(3);
    expect(pauses).toEqual([400, 1200]);
  });

  it('succeeds', async () => {
    const { wire } = wireOf(problem(503), ok({ status: 'ok' }));
    expect(await ask(wire, { path: '/health' })).toEqual({ status: 'ok' });
  });

  it('waits as long as it is asked to, but not for ever', async () => {
    const long = wireOf(
      problem(429, {}, { 'Retry-After': '3' }),
      problem(429, {}, { 'Retry-After': '600' }),
      ok({}),
    );
    await ask(long.wire, { path: '/videos' });
    expect(long.pauses).toEqual([3000, 5000]);
  });

  it('is not made of what may happen only once, nor after a refusal', async () => {
    const once = wireOf(problem(503), ok({}));
    await refusal(ask(once.wire, { path: '/auth/token', body: { code: 'c' }, isRepeatable: false }));
    expect(once.requests).toHaveLength(1);
    const refused = wireOf(problem(403), ok({}));
    await refusal(ask(refused.wire, { path: '/videos' }));
    expect(refused.requests).toHaveLength(1);
  });
});

describe('an end', () => {
  it('comes by the deadline', async () => {
    const wire: Wire = { ...wireOf().wire, send: (_address, init) => until(init.signal) };
    const asked = ask(wire, { path: '/health', deadlineMs: 20, isRepeatable: false });
    expect(await refusal(asked)).toMatchObject({ kind: 'too_slow' });
  });

  it('comes when whoever asked gives up, without another try', async () => {
    const giveUp = new AbortController();
    const send = vi.fn((_address: string, init: RequestInit) => until(init.signal));
    const asked = ask({ ...wireOf().wire, send }, { path: '/videos', signal: giveUp.signal });
    giveUp.abort();
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
    expect(send).toHaveBeenCalledTimes(1);
  });
});

/** Answers nothing, until it is told to stop. */
function until(signal: AbortSignal | null | undefined): Promise<Response> {
  return new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason));
  });
}
