/**
 * From what travels to what the page works with. The simulated Discord is ours and checked by its own tests,
 * so this looks at the outline, fills in what may be left out, and trusts the rest.
 */

import type { Message } from './messages';
import type { Command, World } from './world';

/** An answer that isn't what it should be: the page and the simulated Discord are of different versions. */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer';
}

function listIn(body: unknown, what: string): unknown[] {
  if (!Array.isArray(body)) {
    throw new UnexpectedAnswer(`The simulated Discord should have answered with a list of ${what}.`);
  }
  return body;
}

/** The answer of `GET _sim/world`. */
export function worldFrom(body: unknown): World {
  const world = body as World | null;
  listIn(world?.servers, 'servers');
  return world as World;
}

/** The answer of `GET _sim/commands`. */
export function commandsFrom(body: unknown): Command[] {
  return listIn(body, 'commands') as Command[];
}

/** One message; the lists that Discord may leave out are empty lists from here on. */
export function messageFrom(body: unknown): Message {
  const message = body as Message;
  return {
    ...message,
    content: message.content ?? '',
    embeds: message.embeds ?? [],
    components: message.components ?? [],
    attachments: message.attachments ?? [],
    mentions: message.mentions ?? [],
    mention_roles: message.mention_roles ?? [],
    mention_everyone: message.mention_everyone ?? false,
    edited_timestamp: message.edited_timestamp ?? null,
    flags: message.flags ?? 0,
    _sim: message._sim ?? { ephemeral_for: null, state: 'sent', failure: null },
  };
}

/** Which of two messages stands first: ids grow with time, and are too long for a number. */
export function olderFirst(one: Message, other: Message): number {
  return one.id.length - other.id.length || (one.id < other.id ? -1 : Number(one.id > other.id));
}

/** The answer of `GET _sim/channels/{id}/messages`, oldest first. */
export function messagesFrom(body: unknown): Message[] {
  return listIn(body, 'messages').map(messageFrom).sort(olderFirst);
}
