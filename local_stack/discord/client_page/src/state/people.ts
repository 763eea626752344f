/** Names, colours and groups of a server's members. */

import type { User } from '../api/messages';
import type { Member, Role, Server } from '../api/world';

const COLLATOR = new Intl.Collator('en', { sensitivity: 'base' });

export function memberOf(server: Server, userId: string): Member | null {
  return server.members.find((member) => member.user_id === userId) ?? null;
}

export function roleOf(server: Server, roleId: string): Role | null {
  return server.roles.find((role) => role.id === roleId) ?? null;
}

/** A member's roles, highest first, without `@everyone`. */
export function rolesOf(server: Server, member: Member): Role[] {
  return server.roles
    .filter((role) => role.id !== server.id && member.roles.includes(role.id))
    .sort((one, other) => other.position - one.position);
}

/** `0x2ecc71` as `#2ecc71`. */
export function cssColour(colour: number): string {
  return `#${colour.toString(16).padStart(6, '0')}`;
}

/** The colour of a member's name: that of the highest role that has one. */
export function nameColour(server: Server, member: Member): string | null {
  const coloured = rolesOf(server, member).find((role) => role.color !== 0);
  return coloured === undefined ? null : cssColour(coloured.color);
}

/** What others read for a user: the name in this server, else the display name, else the user name. */
export function shownName(server: Server, user: User): string {
  return memberOf(server, user.id)?.name ?? user.global_name ?? user.username;
}

export interface MemberGroup {
  id: string;
  name: string;
  members: Member[];
}

/** The member list as Discord groups it: by highest hoisted role, the rest under "Online". */
export function memberGroups(server: Server): MemberGroup[] {
  const groups = new Map<string, MemberGroup>();
  const hoisted = server.roles.filter((role) => role.hoist && role.id !== server.id);
  for (const role of hoisted.sort((one, other) => other.position - one.position)) {
    groups.set(role.id, { id: role.id, name: role.name, members: [] });
  }
  const rest: MemberGroup = { id: 'online', name: 'Online', members: [] };
  for (const member of server.members) {
    const highest = rolesOf(server, member).find((role) => role.hoist);
    const group = highest === undefined ? rest : (groups.get(highest.id) ?? rest);
    group.members.push(member);
  }
  const filled = [...groups.values(), rest].filter((group) => group.members.length > 0);
  for (const group of filled) {
    group.members.sort((one, other) => COLLATOR.compare(one.name, other.name));
  }
  return filled;
}

/** Up to two letters for a picture that isn't there. */
export function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => word !== '');
  return words
    .slice(0, 2)
    .map((word) => [...word][0] ?? '')
    .join('')
    .toLocaleUpperCase('en');
}
