/**
 * The typed client of the simulated Discord's `_sim` routes.
 *
 * One error for everything that can go wrong: it carries the HTTP status (0 when no answer came at all)
 * and a sentence that can be shown as it is.
 */

import type { InteractionRequest, Outcome } from './interactions';
import type { Message } from './messages';
import { commandsFrom, messagesFrom, worldFrom } from './wire';
import type { Command, World } from './world';

export class SimulatedDiscordError extends Error {
  override readonly name = 'SimulatedDiscordError';

  constructor(
    readonly status: number,
    sentence: string,
  ) {
    super(sentence);
  }
}

type Fetch = (input: string, init?: RequestInit) => Promise<Response>;

export interface SimulatedDiscord {
  world(): Promise<World>;
  commands(userId: string, channelId: string): Promise<Command[]>;
  messages(userId: string, channelId: string): Promise<Message[]>;
  say(userId: string, channelId: string, content: string): Promise<void>;
  interact(request: InteractionRequest): Promise<Outcome>;
  eventsAddress(userId: string): string;
}

/** The sentence of an answer that isn't a success: Discord's `message`, or the status alone. */
async function refusalSentence(response: Response): Promise<string> {
  const body: unknown = await response.json().catch(() => null);
  if (body !== null && typeof body === 'object' && 'message' in body && typeof body.message === 'string') {
    return body.message;
  }
  return `The simulated Discord answered ${response.status}.`;
}

/** A client of the routes under `base`, such as `/discord-sim/api/v10/_sim`. */
export function createClient(
  base: string,
  send: Fetch = (input, init) => fetch(input, init),
): SimulatedDiscord {
  async function request(path: string, init?: RequestInit): Promise<unknown> {
    const response = await send(`${base}${path}`, init).catch(() => null);
    if (response === null) {
      throw new SimulatedDiscordError(
        0,
        'The simulated Discord can’t be reached. Is the local stack running?',
      );
    }
    if (!response.ok) {
      throw new SimulatedDiscordError(response.status, await refusalSentence(response));
    }
    return response.status === 204 ? null : response.json();
  }

  function post(path: string, body: object): Promise<unknown> {
    const headers = { 'Content-Type': 'application/json' };
    return request(path, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  const as = (userId: string) => `as=${encodeURIComponent(userId)}`;

  return {
    async world() {
      return worldFrom(await request('/world'));
    },
    async commands(userId, channelId) {
      return commandsFrom(
        await request(`/commands?${as(userId)}&channel_id=${encodeURIComponent(channelId)}`),
      );
    },
    async messages(userId, channelId) {
      return messagesFrom(await request(`/channels/${encodeURIComponent(channelId)}/messages?${as(userId)}`));
    },
    async say(userId, channelId, content) {
      await post(`/channels/${encodeURIComponent(channelId)}/messages`, { user_id: userId, content });
    },
    async interact(interaction) {
      return (await post('/interactions', interaction)) as Outcome;
    },
    eventsAddress(userId) {
      return `${base}/events?${as(userId)}`;
    },
  };
}
