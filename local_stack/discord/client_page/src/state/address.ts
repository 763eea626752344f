/**
 * Where somebody is and who they are, in the address: `#/{guild_id}/{channel_id}?as={user_id}`.
 * Several windows can so be several people, and an address can be passed on.
 */

import type { Channel, Server, World } from '../api/world';
import { TEXT_CHANNEL } from '../api/world';

export interface Place {
  guildId: string;
  channelId: string;
  userId: string;
}

/** What an address says; what it doesn't say is missing. */
export function placeFromHash(hash: string): Partial<Place> {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const [guildId = '', channelId = ''] = path.split('/').map(decodeURIComponent);
  const userId = new URLSearchParams(query).get('as') ?? '';
  return {
    ...(guildId === '' ? {} : { guildId }),
    ...(channelId === '' ? {} : { channelId }),
    ...(userId === '' ? {} : { userId }),
  };
}

/** The address of a place. */
export function hashOf(place: Place): string {
  return `#/${place.guildId}/${place.channelId}?as=${place.userId}`;
}

/** Whether a person gets to see a channel. */
export function mayVisit(channel: Channel, userId: string): boolean {
  return channel.visible_to.includes(userId);
}

/** The channels a person sees in the list, in the server's order. */
export function channelsFor(server: Server, userId: string): Channel[] {
  return server.channels.filter((channel) => mayVisit(channel, userId));
}

function settledUser(server: Server, wanted: string | undefined): string | null {
  const people = server.members.filter((member) => !member.bot);
  const asked = people.find((member) => member.user_id === wanted);
  const owner = people.find((member) => member.is_owner);
  return (asked ?? owner ?? people[0])?.user_id ?? null;
}

function settledChannel(server: Server, userId: string, wanted: string | undefined): string | null {
  const visible = channelsFor(server, userId);
  const asked = visible.find((channel) => channel.id === wanted);
  const firstText = visible.find((channel) => channel.type === TEXT_CHANNEL);
  return (asked ?? firstText)?.id ?? null;
}

/** The nearest real place to what an address asks for; `null` in a world without servers. */
export function settle(world: World, wanted: Partial<Place>): Place | null {
  const server = world.servers.find((one) => one.id === wanted.guildId) ?? world.servers[0];
  if (server === undefined) {
    return null;
  }
  const userId = settledUser(server, wanted.userId);
  const channelId = userId === null ? null : settledChannel(server, userId, wanted.channelId);
  if (userId === null || channelId === null) {
    return null;
  }
  return { guildId: server.id, channelId, userId };
}
