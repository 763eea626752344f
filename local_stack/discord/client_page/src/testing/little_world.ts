/** A small world for tests: one school with a few people, one café, and messages to say in them. */

import type { Message } from '../api/messages';
import type { Command, Member, Server, World } from '../api/world';

export const ANN = '1310000000000000001';
export const BO = '1310000000000000002';
export const FATIMA = '1310000000000000006';
export const KAI = '1310000000000000013';
export const APPLICATION = '1300000000000000001';
export const SCHOOL = '1320000000000000001';
export const CAFE = '1320000000000000003';
export const GENERAL = '1340000000000000001';
export const STAFF_ROOM = '1340000000000000004';
export const HALL = '1340000000000000005';
export const COFFEE = '1340000000000000021';
export const TEACHERS = '1330000000000000002';
export const STUDENTS = '1330000000000000004';

function member(user_id: string, name: string, roles: string[], more: Partial<Member> = {}): Member {
  return {
    user_id,
    name,
    username: name.toLowerCase(),
    avatar_url: null,
    roles,
    is_owner: false,
    bot: false,
    voice_channel_id: null,
    ...more,
  };
}

const EVERYBODY = [ANN, BO, FATIMA, APPLICATION];
const ROLE = { hoist: true, color: 0 };

export const THE_SCHOOL: Server = {
  id: SCHOOL,
  name: 'Riverside School',
  has_app: true,
  managers: [ANN],
  icon_url: null,
  roles: [
    { ...ROLE, id: SCHOOL, name: '@everyone', position: 0, hoist: false },
    { ...ROLE, id: STUDENTS, name: 'Students', position: 2, color: 0x3498db },
    { ...ROLE, id: TEACHERS, name: 'Teachers', position: 4, color: 0x2ecc71 },
  ],
  channels: [
    {
      id: GENERAL,
      name: 'general',
      type: 0,
      topic: 'Everything',
      bot_may_write: true,
      visible_to: EVERYBODY,
    },
    { id: STAFF_ROOM, name: 'staff-room', type: 0, topic: null, bot_may_write: false, visible_to: [ANN] },
    { id: HALL, name: 'Assembly hall', type: 2, topic: null, bot_may_write: true, visible_to: EVERYBODY },
  ],
  members: [
    member(ANN, 'Ann', [], { is_owner: true }),
    member(BO, 'Bo', [TEACHERS, STUDENTS]),
    member(FATIMA, 'فاطمة', [STUDENTS], { voice_channel_id: HALL }),
    member(APPLICATION, 'Kaltura', [], { bot: true }),
  ],
  events: [
    {
      id: '1',
      name: 'Weekly review',
      description: 'Numbers',
      location: 'https://discord.com/channels/1/2/3',
      starts_at: 2_000_000_000,
      ends_at: 2_000_003_600,
      is_active: false,
      interested: [BO],
    },
  ],
};

export const THE_CAFE: Server = {
  id: CAFE,
  name: 'Corner Cafe',
  has_app: false,
  managers: [KAI],
  icon_url: null,
  roles: [{ ...ROLE, id: CAFE, name: '@everyone', position: 0, hoist: false }],
  channels: [{ id: COFFEE, name: 'coffee', type: 0, topic: null, bot_may_write: true, visible_to: [KAI] }],
  members: [member(KAI, 'Kai', [], { is_owner: true })],
  events: [],
};

export const THE_WORLD: World = {
  application: {
    id: APPLICATION,
    name: 'Kaltura',
    avatar_url: null,
    activity_url: 'http://127.0.0.1:3333/',
    authorized_by: [BO],
  },
  servers: [THE_SCHOOL, THE_CAFE],
};

export const START: Command = {
  id: '1350000000000000001',
  type: 1,
  name: 'kaltura-start',
  description: 'Start a meeting',
  options: [
    { type: 3, name: 'about', description: 'What it is about' },
    {
      type: 3,
      name: 'type',
      description: 'Which kind of room',
      required: true,
      choices: [
        { name: 'Webinar', value: 'webinar' },
        { name: 'Meeting room', value: 'room' },
      ],
    },
    { type: 3, name: 'title', description: 'What it is called', required: true, max_length: 20 },
  ],
};

export const JOIN: Command = {
  id: '1350000000000000002',
  type: 1,
  name: 'kaltura-join',
  description: 'Join a meeting',
  options: [{ type: 3, name: 'meeting', description: 'Which one', required: true, autocomplete: true }],
};

export const LIST: Command = {
  id: '1350000000000000003',
  type: 1,
  name: 'kaltura-list',
  description: 'List meetings',
};

/** What stands in the menu of a message. */
export const WATCH_MESSAGE: Command = {
  id: '1350000000000000004',
  type: 3,
  name: 'Watch together',
  description: '',
};

/** What opens the application from the shelf of Activities. */
export const ENTRY_POINT: Command = {
  id: '1350000000000000005',
  type: 4,
  name: 'Watch Together',
  description: 'Watch videos together',
};

/** A message of Ann's in #general, except for what is said otherwise. */
export function message(id: string, more: Partial<Message> = {}): Message {
  return {
    id,
    channel_id: GENERAL,
    author: { id: ANN, username: 'ann', global_name: 'Ann' },
    content: `message ${id}`,
    embeds: [],
    components: [],
    flags: 0,
    timestamp: '2026-11-20T10:00:00.000000+00:00',
    edited_timestamp: null,
    attachments: [],
    mentions: [],
    mention_roles: [],
    mention_everyone: false,
    _sim: { ephemeral_for: null, state: 'sent', failure: null },
    ...more,
  };
}

/** The same, by the application. */
export function answer(id: string, more: Partial<Message> = {}): Message {
  const author = { id: APPLICATION, username: 'kaltura', global_name: 'Kaltura', bot: true };
  return message(id, { author, content: '', ...more });
}
