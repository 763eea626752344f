/**
 * The start that Discord recommends: ready → authorize → our server's exchange → authenticate.
 *
 * One scope, `identify`: a refused scope fails the whole question, and nothing else is needed. `prompt: none` asks
 * nobody who has said yes before; where Discord refuses that, the question is asked aloud. Rights come from the server,
 * which asks Discord itself, never from what the SDK says.
 */

import type { Session } from '../api/answers';
import type { Api } from '../api/client';
import { failureOf } from './discord_failure';
import type { Sdk } from './sdk';
import { within } from './time_limit';

export const READY_LIMIT_MS = 10_000;
/** A person reads and decides. */
export const QUESTION_LIMIT_MS = 120_000;
export const AUTHENTICATE_LIMIT_MS = 10_000;

/** Waits for Discord's client. May be called again after a failure: the SDK keeps listening. */
export async function waitUntilReady(sdk: Sdk): Promise<void> {
  try {
    await within(READY_LIMIT_MS, sdk.ready());
  } catch (error) {
    throw failureOf('ready', error);
  }
}

/** A session with our server for whoever sits before this window. Throws `DiscordFailure` or `ApiProblem`. */
export async function signIn(sdk: Sdk, api: Api): Promise<Session> {
  return api.prove({ code: await code(sdk) });
}

/** Tells Discord's client that this window speaks for its user; needed for participants and for some events. */
export async function authenticate(sdk: Sdk, session: Session): Promise<void> {
  try {
    const access_token = session.discord_access_token ?? '';
    await within(AUTHENTICATE_LIMIT_MS, sdk.commands.authenticate({ access_token }));
  } catch (error) {
    throw failureOf('authenticate', error);
  }
}

async function code(sdk: Sdk): Promise<string> {
  try {
    return await asked(sdk, { prompt: 'none' });
  } catch {
    // Not yet allowed, or a client that does not know `none`: the same question, aloud.
    try {
      return await asked(sdk, {});
    } catch (error) {
      throw failureOf('authorize', error);
    }
  }
}

async function asked(sdk: Sdk, how: { prompt?: 'none' }): Promise<string> {
  const question = sdk.commands.authorize({
    client_id: sdk.clientId,
    response_type: 'code',
    state: crypto.randomUUID(),
    scope: ['identify'],
    ...how,
  });
  return (await within(QUESTION_LIMIT_MS, question)).code;
}
