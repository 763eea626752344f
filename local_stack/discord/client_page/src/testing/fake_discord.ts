/** A simulated Discord without a server: it keeps what is asked of it and answers what a test prepared. */

import type { SimulatedDiscord } from '../api/client';
import { SimulatedDiscordError } from '../api/client';
import type { InteractionRequest, Outcome } from '../api/interactions';
import type { Message } from '../api/messages';
import type { Command } from '../api/world';
import { JOIN, LIST, START, THE_WORLD } from './little_world';

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

  private check(): void {
    if (this.unreachable) {
      throw new SimulatedDiscordError(0, 'Nobody is there.');
    }
  }

  async world() {
    this.check();
    return THE_WORLD;
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

  eventsAddress(userId: string) {
    return `/events?as=${userId}`;
  }
}
