/** Who you are, at the bottom left: press it to be somebody else. */

import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { Member, Server } from '../api/world';
import { activeAfterKey } from '../select/list_keys';
import { useDesk } from '../state/desk';
import { memberOf, nameColour, rolesOf } from '../state/people';
import { AppAccess } from './app_access';
import { Avatar } from './avatar';
import { Icon } from './icons';

/** "Owner, Staff, Teachers", or that somebody has no role. */
export function roleNames(server: Server, member: Member): string {
  const names = rolesOf(server, member).map((role) => role.name);
  const all = member.is_owner ? ['Owner', ...names] : names;
  return all.length === 0 ? 'No role' : all.join(', ');
}

interface PersonProps {
  id: string;
  member: Member;
  current: boolean;
  active: boolean;
  onPoint(): void;
  onChoose(): void;
}

function Person({ id, member, current, active, onPoint, onChoose }: PersonProps) {
  const { server } = useDesk();
  const colour = nameColour(server, member);
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the list keeps the focus and points here.
    // biome-ignore lint/a11y/useKeyWithClickEvents: its keys are handled there too.
    <div
      id={id}
      role="option"
      aria-selected={current}
      aria-label={`${member.name}, ${roleNames(server, member)}`}
      class={active ? 'person person-active' : 'person'}
      onPointerMove={active ? undefined : onPoint}
      onClick={onChoose}
    >
      <Avatar url={member.avatar_url} name={member.name} size={32} />
      <span class="person-words">
        <bdi class="person-name" style={colour === null ? {} : { '--name-colour': colour }}>
          {member.name}
        </bdi>
        <span class="person-roles">{roleNames(server, member)}</span>
      </span>
      {current && <Icon name="check" size={16} />}
    </div>
  );
}

interface PeopleProps {
  id: string;
  people: Member[];
  onChoose(member: Member): void;
  onClose(): void;
}

function People({ id, people, onChoose, onClose }: PeopleProps) {
  const { place } = useDesk();
  const list = useRef<HTMLDivElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const at = people.findIndex((member) => member.user_id === place.userId);
  const [active, setActive] = useState(Math.max(0, at));
  useEffect(() => list.current?.focus(), []);

  function onKeyDown(event: KeyboardEvent) {
    const moved = activeAfterKey(event.key, active, people.length);
    const member = people[active];
    if (moved !== null) {
      event.preventDefault();
      setActive(moved);
    } else if ((event.key === 'Enter' || event.key === ' ') && member !== undefined) {
      event.preventDefault();
      onChoose(member);
    } else if (event.key === 'Escape') {
      onClose();
    }
  }

  function onFocusOut(event: FocusEvent) {
    if (!(event.relatedTarget instanceof Node) || !panel.current?.contains(event.relatedTarget)) {
      onClose();
    }
  }

  return (
    <div class="people" ref={panel} onFocusOut={onFocusOut}>
      <div class="people-head">Who are you?</div>
      <div
        ref={list}
        role="listbox"
        id={id}
        tabIndex={0}
        aria-label="Switch user"
        aria-activedescendant={`${id}-${active}`}
        onKeyDown={onKeyDown}
      >
        {people.map((member, position) => (
          <Person
            key={member.user_id}
            id={`${id}-${position}`}
            member={member}
            current={member.user_id === place.userId}
            active={position === active}
            onPoint={() => setActive(position)}
            onChoose={() => onChoose(member)}
          />
        ))}
      </div>
      <AppAccess />
    </div>
  );
}

export function UserSwitcher() {
  const { server, place, goTo } = useDesk();
  const [open, setOpen] = useState(false);
  const id = useId();
  const me = memberOf(server, place.userId);
  const people = server.members.filter((member) => !member.bot);
  if (me === null) {
    return null;
  }
  return (
    <div class="user-panel">
      {open && (
        <People
          id={id}
          people={people}
          onClose={() => setOpen(false)}
          onChoose={(member) => {
            setOpen(false);
            goTo({ userId: member.user_id });
          }}
        />
      )}
      <button
        type="button"
        class="user-button"
        aria-haspopup="listbox"
        aria-expanded={open}
        aria-controls={id}
        aria-label={`You are ${me.name}, ${roleNames(server, me)}. Switch user`}
        onMouseDown={(event) => open && event.preventDefault()}
        onClick={() => setOpen(!open)}
      >
        <span class="member-avatar">
          <Avatar url={me.avatar_url} name={me.name} size={32} />
          <span class="online-dot" />
        </span>
        <span class="person-words">
          <bdi class="person-name">{me.name}</bdi>
          <span class="person-roles">{roleNames(server, me)}</span>
        </span>
        <Icon name="chevron" />
      </button>
    </div>
  );
}
