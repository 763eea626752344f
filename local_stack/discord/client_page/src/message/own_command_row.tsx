/** A command of one's own on its way, or what became of it when no message did. */

import type { User } from '../api/messages';
import { Avatar } from '../layout/avatar';
import { useDesk } from '../state/desk';
import type { OwnCommand } from '../state/page_state';
import { memberOf } from '../state/people';
import { AuthorLine, UsedCommandLine } from './author_line';
import { EphemeralBar } from './ephemeral_bar';
import { FailureLine } from './failure_line';

function useViewer(): User {
  const { server, place } = useDesk();
  const member = memberOf(server, place.userId);
  return {
    id: place.userId,
    username: member?.username ?? '',
    global_name: member?.name ?? null,
    avatar_url: member?.avatar_url ?? null,
  };
}

function State({ command }: { command: OwnCommand }) {
  if (command.failure !== null) {
    return <FailureLine failure={command.failure} />;
  }
  return (
    <p class="own-notice" role="status">
      Sending command…
    </p>
  );
}

export function OwnCommandRow({ command }: { command: OwnCommand }) {
  const { world, deeds } = useDesk();
  const viewer = useViewer();
  const { application } = world;
  const author: User = {
    id: application.id,
    username: application.name,
    global_name: application.name,
    avatar_url: application.avatar_url,
    bot: true,
  };
  return (
    <article class="message message-ephemeral" aria-label={`Your command ${command.name}`}>
      <UsedCommandLine user={viewer} name={command.name} />
      <Avatar url={application.avatar_url} name={application.name} size={40} />
      <div class="message-content">
        <AuthorLine author={author} timestamp={new Date(command.sentAt).toISOString()} />
        <div class="message-body">
          <State command={command} />
        </div>
        {command.failure !== null && <EphemeralBar onDismiss={() => deeds.dismiss(command.id)} />}
      </div>
    </article>
  );
}
