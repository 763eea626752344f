/** What stands above the first message, and alone in a channel without any. */

import { Icon } from '../layout/icons';
import { useDesk } from '../state/desk';

export function ChannelWelcome() {
  const { server, place, world } = useDesk();
  const channel = server.channels.find((one) => one.id === place.channelId);
  if (channel === undefined) {
    return null;
  }
  return (
    <header class="welcome">
      <span class="welcome-icon">
        <Icon name="hash" size={40} />
      </span>
      <h2>Welcome to #{channel.name}!</h2>
      <p>
        This is the start of the #{channel.name} channel. {channel.topic}
      </p>
      {!channel.bot_may_write && (
        <p class="welcome-note">{world.application.name} may read but not write messages here.</p>
      )}
    </header>
  );
}
