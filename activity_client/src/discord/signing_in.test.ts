import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Api, Proof } from '../api/client';
import { DiscordFailure } from './discord_failure';
import { DiscordFrame } from './frame';
import { invite, shareMoment } from './invitations';
import type { Sdk, SdkEvents } from './sdk';
import { authenticate, QUESTION_LIMIT_MS, READY_LIMIT_MS, signIn, waitUntilReady } from './signing_in';

const SILENCE = new Promise<never>(() => undefined);
const REFUSAL = { code: 5000, message: 'OAuth2 Error: access_denied' };
const OLD_CLIENT = { code: 4002, message: 'Invalid command' };

/** Discord's client as a test wants it; commands without an answer here are answered with nothing. */
function sdkWith(answers: Partial<Record<keyof Sdk['commands'] | 'ready', () => Promise<unknown>>> = {}) {
  const asked: [string, unknown][] = [];
  const listeners = new Map<string, (data: never) => void>();
  const commands = new Proxy(
    {},
    {
      get: (_, name: string) => (words: unknown) => {
        asked.push([name, words]);
        return answers[name as keyof Sdk['commands']]?.() ?? Promise.resolve({ participants: [] });
      },
    },
  );
  const sdk: Sdk = {
    clientId: '1300',
    guildId: '1320',
    commands: commands as Sdk['commands'],
    ready: () => (answers.ready?.() ?? Promise.resolve()) as Promise<void>,
    subscribe: async (name, listener) => void listeners.set(name, listener as (data: never) => void),
  };
  const dispatch = <Name extends keyof SdkEvents>(name: Name, data: SdkEvents[Name]) =>
    listeners.get(name)?.(data as never);
  return { sdk, asked, dispatch };
}

const apiThat = (proofs: Proof[]): Api =>
  ({
    prove: async (proof: Proof) => {
      proofs.push(proof);
      return { session_token: 's', discord_access_token: 'd', expires_in: 900 };
    },
  }) as unknown as Api;

async function failure(asked: Promise<unknown>): Promise<DiscordFailure> {
  const error = await asked.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(DiscordFailure);
  return error as DiscordFailure;
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the start', () => {
  it('asks for nothing but who one is, silently first', async () => {
    const { sdk, asked } = sdkWith({ authorize: async () => ({ code: 'c' }) });
    const proofs: Proof[] = [];
    await signIn(sdk, apiThat(proofs));
    expect(proofs).toEqual([{ code: 'c' }]);
    expect(asked).toHaveLength(1);
    expect(asked[0]?.[1]).toMatchObject({
      client_id: '1300',
      response_type: 'code',
      prompt: 'none',
      scope: ['identify'],
    });
  });

  it('asks aloud where the silent question is refused', async () => {
    const replies = [() => Promise.reject(REFUSAL), async () => ({ code: 'after all' })];
    const { sdk, asked } = sdkWith({ authorize: () => (replies.shift() as () => Promise<unknown>)() });
    const proofs: Proof[] = [];
    await signIn(sdk, apiThat(proofs));
    expect(proofs).toEqual([{ code: 'after all' }]);
    expect(asked[1]?.[1]).not.toHaveProperty('prompt');
  });

  it('says why it is needed when somebody says no, and offers to ask again', async () => {
    const { sdk } = sdkWith({ authorize: () => Promise.reject(REFUSAL) });
    const error = await failure(signIn(sdk, apiThat([])));
    expect(error).toMatchObject({ step: 'authorize', button: 'Ask again', code: 5000 });
    expect(error.message).toContain('your Discord name');
  });

  it('does not wait for ever for an answer that never comes', async () => {
    const { sdk } = sdkWith({ ready: () => SILENCE, authorize: () => SILENCE, authenticate: () => SILENCE });
    const ready = failure(waitUntilReady(sdk));
    await vi.advanceTimersByTimeAsync(READY_LIMIT_MS);
    expect((await ready).message).toContain('close it and open it once more');

    const question = failure(signIn(sdk, apiThat([])));
    await vi.advanceTimersByTimeAsync(QUESTION_LIMIT_MS * 2);
    expect((await question).message).toContain('was not answered');

    const session = { session_token: 's', discord_access_token: 'd', expires_in: 900 };
    const inside = failure(authenticate(sdk, session));
    await vi.advanceTimersByTimeAsync(QUESTION_LIMIT_MS);
    expect((await inside).step).toBe('authenticate');
  });

  it('hands Discord its own token, not ours', async () => {
    const { sdk, asked } = sdkWith();
    await authenticate(sdk, { session_token: 'ours', discord_access_token: 'its own', expires_in: 900 });
    expect(asked).toEqual([['authenticate', { access_token: 'its own' }]]);
  });
});

describe('the frame', () => {
  it('follows layout, heat and participants', async () => {
    const { sdk, dispatch } = sdkWith();
    const frame = new DiscordFrame(sdk);
    frame.listenEarly();
    frame.listen();
    await vi.advanceTimersByTimeAsync(1);
    dispatch('ACTIVITY_LAYOUT_MODE_UPDATE', { layout_mode: 1 });
    dispatch('THERMAL_STATE_UPDATE', { thermal_state: 2 });
    dispatch('ACTIVITY_INSTANCE_PARTICIPANTS_UPDATE', { participants: [{ id: '1', username: 'ann' }] });
    expect(frame.state.value).toMatchObject({
      layout: 'pip',
      isHot: true,
      participants: [{ id: '1', username: 'ann' }],
    });
    dispatch('THERMAL_STATE_UPDATE', { thermal_state: 1 });
    dispatch('ACTIVITY_LAYOUT_MODE_UPDATE', { layout_mode: -1 });
    expect(frame.state.value).toMatchObject({ layout: 'focused', isHot: false });
  });

  it('counts what may have moved Discord’s own bars', async () => {
    const { sdk, dispatch } = sdkWith();
    const frame = new DiscordFrame(sdk);
    frame.listenEarly();
    frame.listen();
    dispatch('ORIENTATION_UPDATE', { screen_orientation: 1 });
    dispatch('ACTIVITY_LAYOUT_MODE_UPDATE', { layout_mode: 0 });
    expect(frame.state.value.shapeChanges).toBe(2);
  });

  it('does without what an old client does not know', async () => {
    const refuse = () => Promise.reject(OLD_CLIENT);
    const { sdk } = sdkWith({
      encourageHardwareAcceleration: refuse,
      setOrientationLockState: refuse,
      getInstanceConnectedParticipants: refuse,
    });
    const frame = new DiscordFrame(sdk);
    frame.listenEarly();
    frame.listen();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(frame.state.value.layout).toBe('focused');
  });
});

describe('the ways out', () => {
  it('say nothing where Discord’s own dialog says it all', async () => {
    const { sdk, asked } = sdkWith();
    expect(await invite(sdk)).toBeNull();
    expect(await shareMoment(sdk, 'Join in.')).toBeNull();
    expect(asked).toEqual([
      ['openInviteDialog', undefined],
      ['shareLink', { message: 'Join in.' }],
    ]);
  });

  it('tell an old client from a missing right', async () => {
    const old = sdkWith({ openInviteDialog: () => Promise.reject(OLD_CLIENT) });
    expect(await invite(old.sdk)).toContain('This version of Discord');
    const refused = sdkWith({ openInviteDialog: () => Promise.reject({ code: 4006, message: 'No' }) });
    expect(await invite(refused.sdk)).toContain('may not invite');
  });
});
