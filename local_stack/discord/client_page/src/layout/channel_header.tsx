/** The line above the messages: where we are, and what can be shown or hidden. */

import { VOICE_CHANNEL } from '../api/world';
import { useDesk } from '../state/desk';
import type { Theme } from '../state/theme';
import { Icon } from './icons';

interface ChannelHeaderProps {
  theme: Theme;
  membersShown: boolean;
  onTheme(): void;
  onMembers(): void;
  onMenu(): void;
}

export function ChannelHeader({ theme, membersShown, onTheme, onMembers, onMenu }: ChannelHeaderProps) {
  const { server, place } = useDesk();
  const channel = server.channels.find((one) => one.id === place.channelId);
  const nextTheme = theme === 'dark' ? 'light' : 'dark';
  return (
    <header class="channel-header">
      <button
        type="button"
        class="icon-button menu-button"
        aria-label="Servers and channels"
        onClick={onMenu}
      >
        <Icon name="menu" />
      </button>
      <Icon name={channel?.type === VOICE_CHANNEL ? 'speaker' : 'hash'} size={24} />
      <h1>{channel?.name}</h1>
      {channel?.topic && <span class="topic">{channel.topic}</span>}
      <span class="header-gap" />
      <button type="button" class="icon-button" aria-label={`Use the ${nextTheme} theme`} onClick={onTheme}>
        <Icon name={theme === 'dark' ? 'sun' : 'moon'} />
      </button>
      <button
        type="button"
        class="icon-button"
        aria-label="Member list"
        aria-pressed={membersShown}
        onClick={onMembers}
      >
        <Icon name="people" size={24} />
      </button>
    </header>
  );
}
