/** Who is here, by the highest role. */

import type { Member } from '../api/world';
import { mayVisit } from '../state/address';
import { useDesk } from '../state/desk';
import { memberGroups, nameColour } from '../state/people';
import { Avatar } from './avatar';
import { Icon } from './icons';

function MemberRow({ member }: { member: Member }) {
  const { server } = useDesk();
  const colour = nameColour(server, member);
  return (
    <li class="member">
      <span class="member-avatar">
        <Avatar url={member.avatar_url} name={member.name} size={32} />
        <span class="online-dot" />
      </span>
      <bdi class="member-name" style={colour === null ? {} : { '--name-colour': colour }}>
        {member.name}
      </bdi>
      {member.is_owner && (
        <span class="owner-crown" role="img" aria-label="Server owner" title="Server owner">
          <Icon name="crown" size={16} />
        </span>
      )}
      {member.bot && <span class="app-tag">APP</span>}
    </li>
  );
}

export function MemberList() {
  const { server, place } = useDesk();
  const channel = server.channels.find((one) => one.id === place.channelId);
  const here = server.members.filter((member) => channel === undefined || mayVisit(channel, member.user_id));
  return (
    <aside class="members" aria-label="Members">
      {memberGroups({ ...server, members: here }).map((group) => (
        <section key={group.id}>
          <h2 class="members-head">
            {group.name} — {group.members.length}
          </h2>
          <ul>
            {group.members.map((member) => (
              <MemberRow key={member.user_id} member={member} />
            ))}
          </ul>
        </section>
      ))}
    </aside>
  );
}
