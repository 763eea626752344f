/** At the foot of the sidebar while one sits in a voice channel: where, and the way out. */

import { Icon } from '../layout/icons';
import { useDesk } from '../state/desk';
import { memberOf } from '../state/people';

export function VoicePanel() {
  const { client, server, place } = useDesk();
  const channelId = memberOf(server, place.userId)?.voice_channel_id ?? null;
  const channel = server.channels.find((one) => one.id === channelId);
  if (channel === undefined) {
    return null;
  }
  return (
    <div class="voice-panel">
      <span class="voice-panel-words">
        <strong>Voice connected</strong>
        <span>{channel.name}</span>
      </span>
      <button
        type="button"
        class="icon-button"
        aria-label="Disconnect"
        onClick={() => void client.sit(place.userId, server.id, null)}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}
