/** The channels of the server, text above voice, and who sits in the voice ones. */

import { instanceIn } from '../activity/window_activity';
import { type Channel, VOICE_CHANNEL } from '../api/world';
import { channelsFor } from '../state/address';
import { useDesk } from '../state/desk';
import { Avatar } from './avatar';
import { EventList } from './event_list';
import { Icon } from './icons';

function TextChannel({ channel }: { channel: Channel }) {
  const { place, state, server, goTo } = useDesk();
  const isCurrent = channel.id === place.channelId;
  const isUnread = state.unread[channel.id] === true && !isCurrent;
  const isPrivate = channel.visible_to.length < server.members.length;
  return (
    <li>
      <button
        type="button"
        class={isUnread ? 'channel channel-unread' : 'channel'}
        aria-current={isCurrent ? 'page' : undefined}
        aria-label={`${channel.name}${isUnread ? ', unread' : ''}`}
        onClick={() => goTo({ channelId: channel.id })}
      >
        <Icon name={isPrivate ? 'lock' : 'hash'} />
        <span class="channel-name">{channel.name}</span>
      </button>
    </li>
  );
}

function VoiceChannel({ channel }: { channel: Channel }) {
  const { server, place, client, goTo, activities } = useDesk();
  const isCurrent = channel.id === place.channelId;
  const watched = instanceIn(activities.state, channel.id) !== null;

  async function enter() {
    goTo({ channelId: channel.id });
    await client.sit(place.userId, server.id, channel.id).catch(() => undefined);
  }

  const inside = server.members.filter((member) => member.voice_channel_id === channel.id);
  return (
    <li>
      <button
        type="button"
        class="channel channel-voice"
        aria-current={isCurrent ? 'page' : undefined}
        aria-label={`${channel.name}, voice${watched ? ', an Activity runs here' : ''}`}
        onClick={() => void enter()}
      >
        <Icon name="speaker" />
        <span class="channel-name">{channel.name}</span>
        {watched && <Icon name="play" size={16} />}
      </button>
      {inside.length > 0 && (
        <ul class="voice-members" aria-label={`In ${channel.name}`}>
          {inside.map((member) => (
            <li key={member.user_id}>
              <Avatar url={member.avatar_url} name={member.name} size={24} />
              <bdi>{member.name}</bdi>
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

export function ChannelList() {
  const { server, place } = useDesk();
  const channels = channelsFor(server, place.userId);
  const texts = channels.filter((channel) => channel.type !== VOICE_CHANNEL);
  const voices = channels.filter((channel) => channel.type === VOICE_CHANNEL);
  return (
    <div class="channels">
      <EventList />
      <h2 class="channels-head">Text channels</h2>
      <ul>
        {texts.map((channel) => (
          <TextChannel key={channel.id} channel={channel} />
        ))}
      </ul>
      {voices.length > 0 && <h2 class="channels-head">Voice channels</h2>}
      <ul>
        {voices.map((channel) => (
          <VoiceChannel key={channel.id} channel={channel} />
        ))}
      </ul>
    </div>
  );
}
