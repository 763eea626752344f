/**
 * The typed client of the simulated Discord's `_sim` routes.
 *
 * One error for everything that can go wrong: it carries the HTTP status (0 when no answer came at all)
 * and a sentence that can be shown as it is.
 */

import type { Authentication } from '../activity/client_around';
import type { ActivityInstance, RunningActivities } from './activities';
import type { UploadedFile } from './files';
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
  eventsAddress(userId: string, windowId: string): string;
  activities(): Promise<RunningActivities>;
  joinActivity(instanceId: string, userId: string, windowId: string): Promise<ActivityInstance>;
  leaveActivity(instanceId: string, userId: string, windowId: string): Promise<void>;
  /** Goes into a voice channel, or with `null` out of it. */
  sit(userId: string, guildId: string, channelId: string | null): Promise<void>;
  /** An OAuth2 code. `ask`: `null` unless the person agreed before; `remember`: they agree now. */
  authorize(userId: string, scopes: string[], how: 'ask' | 'remember'): Promise<string | null>;
  authenticate(userId: string, accessToken: string): Promise<Authentication>;
  upload(userId: string, file: File): Promise<UploadedFile>;
  /** Adds the application to a server, or takes it out. */
  install(guildId: string, userId: string): Promise<void>;
  uninstall(guildId: string): Promise<void>;
  /** Adds the application to somebody's account, or takes back all that they have authorised. */
  authorizeApp(userId: string): Promise<void>;
  deauthorizeApp(userId: string): Promise<void>;
  /** Says that somebody is interested in an event, or is no longer. */
  beInterested(guildId: string, eventId: string, userId: string): Promise<void>;
  cancelEvent(guildId: string, eventId: string, userId: string): Promise<void>;
}

/** The sentence of an answer that isn't a success: Discord's `message`, or the status alone. */
async function refusalSentence(response: Response): Promise<string> {
  const body: unknown = await response.json().catch(() => null);
  if (body !== null && typeof body === 'object' && 'message' in body && typeof body.message === 'string') {
    return body.message;
  }
  return `The simulated Discord answered ${response.status}.`;
}

/** The status of an event that was called off (Discord docs: Guild Scheduled Event). */
const CANCELED = 4;

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

  function submit(method: string, path: string, body: object): Promise<unknown> {
    const headers = { 'Content-Type': 'application/json' };
    return request(path, { method, headers, body: JSON.stringify(body) });
  }

  const post = (path: string, body: object) => submit('POST', path, body);
  const eventPath = (guildId: string, eventId: string) =>
    `/guilds/${encodeURIComponent(guildId)}/scheduled-events/${encodeURIComponent(eventId)}`;

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
    eventsAddress(userId, windowId) {
      return `${base}/events?${as(userId)}&window=${encodeURIComponent(windowId)}`;
    },
    async activities() {
      return (await request('/activities')) as RunningActivities;
    },
    async joinActivity(instanceId, userId, windowId) {
      const path = `/activities/${encodeURIComponent(instanceId)}/join`;
      return (await post(path, { user_id: userId, window: windowId })) as ActivityInstance;
    },
    async leaveActivity(instanceId, userId, windowId) {
      await post(`/activities/${encodeURIComponent(instanceId)}/leave`, {
        user_id: userId,
        window: windowId,
      });
    },
    async sit(userId, guildId, channelId) {
      await post('/voice', { user_id: userId, guild_id: guildId, channel_id: channelId });
    },
    async authorize(userId, scopes, how) {
      const answer = (await post('/authorize', { user_id: userId, scopes, [how]: true })) as {
        code: string | null;
      };
      return answer.code;
    },
    async authenticate(userId, accessToken) {
      return (await post('/authenticate', { user_id: userId, access_token: accessToken })) as Authentication;
    },
    async upload(userId, file) {
      const path = `/attachments?${as(userId)}&filename=${encodeURIComponent(file.name)}`;
      return (await request(path, { method: 'POST', body: file })) as UploadedFile;
    },
    async install(guildId, userId) {
      await post('/installs', { guild_id: guildId, user_id: userId });
    },
    async uninstall(guildId) {
      await request(`/installs/${encodeURIComponent(guildId)}`, { method: 'DELETE' });
    },
    async authorizeApp(userId) {
      await post('/user-installs', { user_id: userId });
    },
    async deauthorizeApp(userId) {
      await request(`/user-installs/${encodeURIComponent(userId)}`, { method: 'DELETE' });
    },
    async beInterested(guildId, eventId, userId) {
      await submit('PUT', `${eventPath(guildId, eventId)}/interested`, { user_id: userId });
    },
    async cancelEvent(guildId, eventId, userId) {
      await submit('PATCH', eventPath(guildId, eventId), { user_id: userId, status: CANCELED });
    },
  };
}
