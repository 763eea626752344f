/** A simulated Discord without a server: it keeps what is asked of it and answers what a test prepared. */

import { NO_RULES } from '../activity/client_around';
import type { ActivityInstance } from '../api/activities';
import type { SimulatedDiscord } from '../api/client';
import { SimulatedDiscordError } from '../api/client';
import type { InteractionRequest, Outcome } from '../api/interactions';
import type { Message } from '../api/messages';
import type { Command, World } from '../api/world';
import { APPLICATION, JOIN, LIST, START, THE_WORLD } from './little_world';

/** An outcome in which nothing is shown, except for what is said otherwise. */
export function outcome(more: Partial<Outcome>): Outcome {
  return {
    interaction_id: '1',
    acknowledged_in_ms: 5,
    outcome: 'silent',
    message: null,
    modal: null,
    choices: null,
    failure: null,
    ...more,
  };
}

export class FakeDiscord implements SimulatedDiscord {
  readonly interactions: InteractionRequest[] = [];
  readonly said: string[] = [];
  offered: Command[] = [START, JOIN, LIST];
  stored: Message[] = [];
  /** The next outcomes, first one first; after them nothing is shown. */
  outcomes: (Outcome | SimulatedDiscordError)[] = [];
  unreachable = false;
  instances: ActivityInstance[] = [];
  readonly joined: [string, string][] = [];
  readonly left: [string, string][] = [];
  readonly seats: (string | null)[] = [];
  /** The world, where it is not as it was. */
  changed: World | null = null;
  readonly uploaded: string[] = [];
  /** What was done with the application itself, in the order of doing. */
  readonly appDeeds: string[] = [];
  /** Whether the person agreed to the scopes before. */
  agreed = false;

  private check(): void {
    if (this.unreachable) {
      throw new SimulatedDiscordError(0, 'Nobody is there.');
    }
  }

  async world() {
    this.check();
    return this.changed ?? THE_WORLD;
  }

  async commands() {
    return this.offered;
  }

  async messages(_userId: string, channelId: string) {
    this.check();
    return this.stored.filter((message) => message.channel_id === channelId);
  }

  async say(_userId: string, _channelId: string, content: string) {
    this.check();
    this.said.push(content);
  }

  async interact(request: InteractionRequest) {
    this.interactions.push(request);
    const next = this.outcomes.shift() ?? outcome({});
    if (next instanceof SimulatedDiscordError) {
      throw next;
    }
    return next;
  }

  eventsAddress(userId: string, _windowId: string) {
    return `/events?as=${userId}`;
  }

  async activities() {
    return { instances: this.instances, rules: NO_RULES };
  }

  async joinActivity(instanceId: string, userId: string) {
    const instance = this.instances.find((one) => one.instance_id === instanceId);
    if (instance === undefined) {
      throw new SimulatedDiscordError(404, 'this Activity is over');
    }
    this.joined.push([instanceId, userId]);
    return instance;
  }

  async leaveActivity(instanceId: string, userId: string) {
    this.left.push([instanceId, userId]);
  }

  async sit(_userId: string, _guildId: string, channelId: string | null) {
    this.seats.push(channelId);
  }

  async authorize(userId: string, scopes: string[], how: 'ask' | 'remember') {
    const agreed = how === 'remember' || this.agreed;
    return agreed ? `code of ${userId} for ${scopes.join(' ')}` : null;
  }

  async authenticate(userId: string, accessToken: string) {
    return {
      access_token: accessToken,
      user: { id: userId, username: 'ann', discriminator: '0', public_flags: 0 },
      scopes: ['identify'],
      expires: '2026-12-01T00:00:00.000000+00:00',
      application: { id: APPLICATION, name: 'Kaltura', description: '' },
    };
  }

  async upload(_userId: string, file: File) {
    this.check();
    this.uploaded.push(file.name);
    return { id: `file-${this.uploaded.length}`, filename: file.name, size: file.size };
  }

  async install(guildId: string, userId: string) {
    this.check();
    this.appDeeds.push(`${userId} adds it to ${guildId}`);
  }

  async beInterested(_guildId: string, eventId: string, userId: string) {
    this.check();
    this.appDeeds.push(`${userId} and the event ${eventId}`);
  }

  async cancelEvent(_guildId: string, eventId: string, userId: string) {
    this.check();
    this.appDeeds.push(`${userId} cancels the event ${eventId}`);
  }

  async uninstall(guildId: string) {
    this.check();
    this.appDeeds.push(`it leaves ${guildId}`);
  }

  async authorizeApp(userId: string) {
    this.check();
    this.appDeeds.push(`${userId} authorises it`);
  }

  async deauthorizeApp(userId: string) {
    this.check();
    this.appDeeds.push(`${userId} takes back the authorisation`);
  }
}
