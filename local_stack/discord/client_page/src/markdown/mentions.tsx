/** Names in the middle of text: people, roles, channels, everyone, commands. */

import { VOICE_CHANNEL } from '../api/world';
import { useDesk } from '../state/desk';
import { cssColour, memberOf, roleOf } from '../state/people';

export function UserMention({ id }: { id: string }) {
  const { server } = useDesk();
  const member = memberOf(server, id);
  return <span class="mention">@{member === null ? 'unknown-user' : <bdi>{member.name}</bdi>}</span>;
}

export function RoleMention({ id }: { id: string }) {
  const { server } = useDesk();
  const role = roleOf(server, id);
  const colour = role === null || role.color === 0 ? {} : { '--mention-colour': cssColour(role.color) };
  return (
    <span class={role?.color ? 'mention mention-coloured' : 'mention'} style={colour}>
      @{role?.name ?? 'unknown-role'}
    </span>
  );
}

export function ChannelMention({ id }: { id: string }) {
  const { server, goTo } = useDesk();
  const channel = server.channels.find((one) => one.id === id);
  if (channel === undefined) {
    return <span class="mention">#unknown</span>;
  }
  if (channel.type === VOICE_CHANNEL) {
    return <span class="mention">🔊 {channel.name}</span>;
  }
  return (
    <button type="button" class="mention mention-button" onClick={() => goTo({ channelId: id })}>
      #{channel.name}
    </button>
  );
}

/** `@everyone` and `@here` stand out only where the message really reached everyone. */
export function EveryoneMention({ text, reaches }: { text: string; reaches: boolean }) {
  return reaches ? <span class="mention">{text}</span> : <span>{text}</span>;
}

export function CommandMention({ name }: { name: string }) {
  const { startCommand } = useDesk();
  return (
    <button type="button" class="mention mention-button" onClick={() => startCommand(name)}>
      /{name}
    </button>
  );
}
