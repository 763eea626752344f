/** What a select offers: its own options, or the people, roles and channels of the server. */

import { ComponentType, type SelectComponent } from '../api/components';
import { type Channel, type Server, TEXT_CHANNEL } from '../api/world';
import type { IconName } from '../layout/icons';
import { channelsFor } from '../state/address';
import { cssColour, nameColour } from '../state/people';

export interface SelectChoice {
  value: string;
  label: string;
  description: string | null;
  colour: string | null;
  avatarUrl: string | null;
  emoji: string | null;
  /** What kind of thing it is, where names alone don't say. */
  icon: IconName | null;
}

const PLAIN = { description: null, colour: null, avatarUrl: null, emoji: null, icon: null };

/** The members of a server, by name. */
export function memberChoices(server: Server): SelectChoice[] {
  return server.members.map((member) => ({
    ...PLAIN,
    value: member.user_id,
    label: member.name,
    description: member.username,
    colour: nameColour(server, member),
    avatarUrl: member.avatar_url,
  }));
}

/** The roles of a server, highest first, `@everyone` last. */
export function roleChoices(server: Server): SelectChoice[] {
  return [...server.roles]
    .sort((one, other) => other.position - one.position)
    .map((role) => ({
      ...PLAIN,
      value: role.id,
      label: role.name,
      colour: role.color === 0 ? null : cssColour(role.color),
      icon: 'role' as const,
    }));
}

/** A channel's picture: whether one speaks or writes there, and whether everybody sees it. */
export function iconOf(channel: Channel, server: Server): IconName {
  if (channel.type !== TEXT_CHANNEL) {
    return 'speaker';
  }
  return channel.visible_to.length < server.members.length ? 'lock' : 'hash';
}

/** The channels that a person sees, of the wanted types or of all. */
export function channelChoices(server: Server, userId: string, types: number[] = []): SelectChoice[] {
  return channelsFor(server, userId)
    .filter((channel) => types.length === 0 || types.includes(channel.type))
    .map((channel) => ({
      ...PLAIN,
      value: channel.id,
      label: channel.name,
      description: channel.topic,
      icon: iconOf(channel, server),
    }));
}

/** Everything that a select lets one choose from. */
export function choicesOf(select: SelectComponent, server: Server, userId: string): SelectChoice[] {
  switch (select.type) {
    case ComponentType.stringSelect:
      return select.options.map((option) => ({
        ...PLAIN,
        value: option.value,
        label: option.label,
        description: option.description ?? null,
        emoji: option.emoji?.name ?? null,
      }));
    case ComponentType.userSelect:
      return memberChoices(server);
    case ComponentType.roleSelect:
      return roleChoices(server);
    case ComponentType.mentionableSelect:
      return [...memberChoices(server), ...roleChoices(server)];
    case ComponentType.channelSelect:
      return channelChoices(server, userId, select.channel_types);
  }
}

/** What is chosen before anybody chose. */
export function defaultsOf(select: SelectComponent): string[] {
  if (select.type === ComponentType.stringSelect) {
    return select.options.filter((option) => option.default === true).map((option) => option.value);
  }
  return (select.default_values ?? []).map((value) => value.id);
}

/** The choices whose label or description holds the words typed. */
export function choicesMatching(choices: SelectChoice[], words: string): SelectChoice[] {
  const wanted = words.trim().toLocaleLowerCase('en');
  if (wanted === '') {
    return choices;
  }
  return choices.filter((choice) =>
    `${choice.label} ${choice.description ?? ''}`.toLocaleLowerCase('en').includes(wanted),
  );
}

/** What is chosen after a press on `value`: one takes the other's place, several add up to `most`. */
export function toggled(chosen: string[], value: string, most: number): string[] {
  if (chosen.includes(value)) {
    return chosen.filter((one) => one !== value);
  }
  if (most === 1) {
    return [value];
  }
  return chosen.length < most ? [...chosen, value] : chosen;
}
