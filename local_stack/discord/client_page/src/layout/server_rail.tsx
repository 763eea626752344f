/** The servers, as round pictures at the left edge. */

import { useDesk } from '../state/desk';
import { Avatar } from './avatar';

export function ServerRail() {
  const { world, server, goTo } = useDesk();
  return (
    <nav class="rail" aria-label="Servers">
      {world.servers.map((one) => (
        <button
          key={one.id}
          type="button"
          class="rail-server"
          aria-label={one.name}
          aria-current={one.id === server.id ? 'true' : undefined}
          title={one.name}
          onClick={() => goTo({ guildId: one.id })}
        >
          <Avatar url={one.icon_url} name={one.name} size={40} shape="rounded" />
        </button>
      ))}
    </nav>
  );
}
