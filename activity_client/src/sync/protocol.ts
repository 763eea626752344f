/**
 * The protocol of Watch Together, version 1.
 *
 * Written by scripts/generate_protocol.mjs from functions/kaltura_discord/watch/protocol.json; never edited by hand.
 */

import type { Shape } from './shape';

/** Raised when a client of the old version could no longer take part. */
export const PROTOCOL_VERSION = 1;

/** From a client. API Gateway's frames hold 32 KB; nothing we say needs a quarter of it. */
export const LONGEST_MESSAGE_BYTES = 8192;

/** A host that is not heard of for so long may be succeeded. */
export const HOST_LEASE_MS = 30000;

/** What is left of the lease when the host leaves or its connection breaks: time for a reload. */
export const HOST_GRACE_MS = 8000;

/** Claims wait so long times the place by joining time, so that mostly one is sent. */
export const CLAIM_STAGGER_MS = 300;

/** A viewer's report and its answer, three times a minute: six messages. */
export const REPORT_EVERY_MS = 20000;

/** A third of the lease that it renews. */
export const HOST_REPORT_EVERY_MS = 10000;

/** Changes take effect so much later at least, so that all can act at the same moment. */
export const LEAD_LEAST_MS = 150;

/** Longer than that feels like a broken button. */
export const LEAD_MOST_MS = 500;

/** Until anybody has reported how far away they are. */
export const LEAD_AT_FIRST_MS = 250;

/** Added to the slowest one-way time: jitter and the time a player needs to act. */
export const LEAD_MARGIN_MS = 60;

/** Exchanges at joining: the fastest way up and down among 16 leaves an error of 4 ms (p95, jitter 20 ms), among 8 of 6. */
export const CLOCK_BURST = 16;

/** So that the burst takes less than a second, and its samples do not queue behind each other. */
export const CLOCK_BURST_SPACING_MS = 50;

/** Samples that are remembered, some twenty minutes of reports: the fastest each way tell the offset, all together the drift. */
export const CLOCK_WINDOW = 64;

/** A sample in which the server took longer (a cold start) is dropped. */
export const CLOCK_SERVER_MOST_MS = 80;

/** What people may choose; corrections are finer and never sent. */
export const RATE_LEAST = 0.5;

/** The same. */
export const RATE_MOST = 2;

/** A reaction costs one post for each viewer. */
export const REACTION_EVERY_MS = 500;

/** More from one connection is a flood: answered with an error, then closed. */
export const MESSAGES_IN_TEN_SECONDS = 60;

/** The room waits for somebody who buffers no longer than that. */
export const HOLD_MOST_MS = 15000;

/** From asking for a ticket to opening the socket. */
export const TICKET_SECONDS = 60;

/** API Gateway closes a socket after two hours; a new one is opened five minutes before. */
export const SOCKET_RENEW_MS = 6900000;

/** Without a movement, tap or key. */
export const INACTIVE_AFTER_MS = 120000;

/** The same. */
export const AWAY_AFTER_MS = 300000;

/** So many people are listed; of the others the number is told. */
export const ROSTER_MOST = 100;

/** How long a room outlives its last connection. */
export const ROOM_EMPTY_SECONDS = 3600;

/** How long a room outlives the last sign of its host. */
export const ROOM_LIFE_SECONDS = 86400;

export type UserId = string;

export type Revision = number;

export type Milliseconds = number;

/** The sender's own number for a wish; its answer bears it. */
export type Ref = number;

/** Seconds of media; of a live entry, seconds since the epoch by programme date-time. */
export type Position = number;

export type Rate = number;

export type Name = string;

export type Emoji = '👍' | '❤️' | '😂' | '😮' | '👏' | '🎉';

export type Level = 'viewer' | 'moderator' | 'admin';

/** Who may play, pause, seek, change speed and video. */
export type Mode = 'host' | 'everyone';

/** Whose buffering stops the room. */
export type WaitFor = 'nobody' | 'host' | 'everyone';

/** `free`: watches on their own, out of sync by choice. */
export type PlayState = 'loading' | 'playing' | 'paused' | 'buffering' | 'seeking' | 'free';

export type Activity = 'active' | 'inactive' | 'away';

export type Quality = 'good' | 'fair' | 'poor';

export type Cause = 'play' | 'pause' | 'seek' | 'rate';

/** At server time `at` the media stands at `position`; while it plays, position(t) = position + rate * (t - at) / 1000. */
export interface Timeline {
  readonly revision: Revision;
  readonly paused: boolean;
  readonly position: Position;
  readonly rate: Rate;
  readonly at: Milliseconds;
}

export interface Media {
  readonly entry_id: string;
  readonly title: string;
  readonly duration: number;
  readonly kind: 'video' | 'audio' | 'live';
}

export interface Host {
  readonly user_id: UserId;
  readonly lease_until_ms: Milliseconds;
}

export interface Control {
  readonly mode: Mode;
  /** Only the host controls, whatever the mode, and nobody may ask for the remote. */
  readonly locked: boolean;
  readonly wait_for_buffering: WaitFor;
  /** Whose control was taken away. */
  readonly barred: readonly UserId[];
}

export interface Participant {
  readonly user_id: UserId;
  readonly name: Name;
  /** Discord's hash of the picture. */
  readonly avatar: string | null;
  readonly level: Level;
  readonly via: 'discord' | 'browser';
  readonly joined_at_ms: Milliseconds;
  readonly state: PlayState;
  readonly activity: Activity;
  readonly drift_ms: number | null;
  readonly clock_bound_ms: number | null;
  readonly quality: Quality;
}

/** All that a late joiner needs. */
export interface RoomState {
  readonly timeline: Timeline;
  readonly media: Media | null;
  readonly host: Host;
  readonly control: Control;
  /** Grows with every change of host or control. */
  readonly control_revision: Revision;
  /** Held for these, who buffer; playback goes on by itself. */
  readonly waiting_for: readonly UserId[];
}

/** What changed since the stamp that was reported; from stamp 0 on it is everybody. */
export interface Roster {
  readonly changed: readonly Participant[];
  readonly gone: readonly UserId[];
  readonly total: number;
  readonly stamp_ms: Milliseconds;
}

export interface ClockStamps {
  /** The client's clock when it sent. */
  readonly c0: Milliseconds;
  /** The server's when it received. */
  readonly s1: Milliseconds;
  /** The server's when it answered. */
  readonly s2: Milliseconds;
}

export interface ClientHello {
  readonly type: 'hello';
  readonly version: number;
  readonly c0: Milliseconds;
}

export interface ClientClock {
  readonly type: 'clock';
  readonly c0: Milliseconds;
}

export interface ClientPlaybackSet {
  readonly type: 'playback.set';
  readonly ref: Ref;
  readonly base_revision: Revision;
  readonly paused: boolean;
  /** Where the media shall stand when the change takes effect. */
  readonly position: Position;
  readonly rate: Rate;
  readonly cause: Cause;
}

export interface ClientMediaSet {
  readonly type: 'media.set';
  readonly ref: Ref;
  readonly base_revision: Revision;
  /** The API's signed word that this server may watch this video. */
  readonly grant: string;
}

export interface ClientHostTransfer {
  readonly type: 'host.transfer';
  readonly ref: Ref;
  readonly user_id: UserId;
}

export interface ClientHostClaim {
  readonly type: 'host.claim';
  readonly ref: Ref;
}

export interface ClientControlSet {
  readonly type: 'control.set';
  readonly ref: Ref;
  readonly mode?: Mode;
  readonly locked?: boolean;
  readonly wait_for_buffering?: WaitFor;
  readonly bar?: UserId;
  readonly unbar?: UserId;
}

export interface ClientControlRequest {
  readonly type: 'control.request';
  readonly ref: Ref;
}

export interface ClientReport {
  readonly type: 'report';
  readonly c0: Milliseconds;
  readonly revision: Revision;
  readonly control_revision: Revision;
  readonly roster_stamp_ms: Milliseconds;
  readonly state: PlayState;
  readonly activity: Activity;
  readonly position: number | null;
  readonly drift_ms: number | null;
  readonly clock_bound_ms: number | null;
  readonly one_way_ms: number | null;
  /** Changes of rate since the last report. */
  readonly corrections: number;
  /** Seeks of the controller since the last report. */
  readonly seeks: number;
  /** Time spent buffering since the last report. */
  readonly buffering_ms: number;
}

export interface ClientReaction {
  readonly type: 'reaction';
  readonly emoji: Emoji;
}

export interface ClientRoomClose {
  readonly type: 'room.close';
  readonly ref: Ref;
}

export interface ClientLeave {
  readonly type: 'leave';
}

export type ClientMessage =
  | ClientHello
  | ClientClock
  | ClientPlaybackSet
  | ClientMediaSet
  | ClientHostTransfer
  | ClientHostClaim
  | ClientControlSet
  | ClientControlRequest
  | ClientReport
  | ClientReaction
  | ClientRoomClose
  | ClientLeave;

export interface ServerWelcome {
  readonly type: 'welcome';
  readonly version: number;
  readonly you: {
    readonly user_id: UserId;
    readonly name: Name;
    readonly level: Level;
    readonly connection_id: string;
  };
  readonly room_id: string;
  readonly state: RoomState;
  readonly roster: Roster;
  readonly lead_ms: Milliseconds;
  readonly clock: ClockStamps;
}

export interface ServerClock {
  readonly type: 'clock';
  readonly c0: Milliseconds;
  readonly s1: Milliseconds;
  readonly s2: Milliseconds;
}

export interface ServerPlayback {
  readonly type: 'playback';
  readonly timeline: Timeline;
  readonly cause: 'play' | 'pause' | 'seek' | 'rate' | 'hold' | 'release';
  readonly by: UserId | null;
  readonly waiting_for: readonly UserId[];
  readonly ref?: Ref;
}

export interface ServerMedia {
  readonly type: 'media';
  readonly media: Media;
  readonly timeline: Timeline;
  readonly by: UserId;
  readonly ref?: Ref;
}

export interface ServerHost {
  readonly type: 'host';
  readonly host: Host;
  readonly control_revision: Revision;
  readonly reason: 'transferred' | 'claimed' | 'left' | 'returned';
  readonly ref?: Ref;
}

export interface ServerControl {
  readonly type: 'control';
  readonly control: Control;
  readonly control_revision: Revision;
  readonly by: UserId;
  readonly ref?: Ref;
}

export interface ServerControlRequested {
  readonly type: 'control.requested';
  readonly user_id: UserId;
  readonly name: Name;
}

/** The host was told of your `control.request`. */
export interface ServerAsked {
  readonly type: 'asked';
  readonly ref: Ref;
}

/** The answer to a report; `state` only where what was reported is old. */
export interface ServerRoster {
  readonly type: 'roster';
  readonly roster: Roster;
  readonly host: Host;
  readonly lead_ms: Milliseconds;
  readonly clock: ClockStamps;
  readonly state?: RoomState;
}

export interface ServerReaction {
  readonly type: 'reaction';
  readonly user_id: UserId;
  readonly emoji: Emoji;
}

export interface ServerRejected {
  readonly type: 'rejected';
  readonly ref: Ref;
  readonly reason:
    | 'stale'
    | 'not_permitted'
    | 'locked'
    | 'barred'
    | 'host_is_here'
    | 'unknown_user'
    | 'grant_refused'
    | 'no_media';
  readonly current: RoomState;
}

export interface ServerError {
  readonly type: 'error';
  readonly code: 'malformed' | 'too_large' | 'too_many' | 'version' | 'not_in_room' | 'unavailable';
  readonly message: string;
  readonly ref?: Ref;
}

export interface ServerGoodbye {
  readonly type: 'goodbye';
  readonly reason: 'closed' | 'left' | 'expired' | 'flooded';
}

export type ServerMessage =
  | ServerWelcome
  | ServerClock
  | ServerPlayback
  | ServerMedia
  | ServerHost
  | ServerControl
  | ServerControlRequested
  | ServerAsked
  | ServerRoster
  | ServerReaction
  | ServerRejected
  | ServerError
  | ServerGoodbye;

/** The shapes that the server's messages refer to by name, as data for `validate.ts`. */
export const DEFINITIONS: Readonly<Record<string, Shape>> = {
  ref: { type: 'integer', minimum: 0, maximum: 9007199254740991 },
  roomState: {
    type: 'object',
    required: ['timeline', 'media', 'host', 'control', 'control_revision', 'waiting_for'],
    properties: {
      timeline: { $ref: 'timeline' },
      media: { anyOf: [{ $ref: 'media' }, { type: 'null' }] },
      host: { $ref: 'host' },
      control: { $ref: 'control' },
      control_revision: { $ref: 'revision' },
      waiting_for: { type: 'array', maxItems: 100, items: { $ref: 'userId' } },
    },
  },
  timeline: {
    type: 'object',
    required: ['revision', 'paused', 'position', 'rate', 'at'],
    properties: {
      revision: { $ref: 'revision' },
      paused: { type: 'boolean' },
      position: { $ref: 'position' },
      rate: { $ref: 'rate' },
      at: { $ref: 'milliseconds' },
    },
  },
  media: {
    type: 'object',
    required: ['entry_id', 'title', 'duration', 'kind'],
    properties: {
      entry_id: { type: 'string', pattern: '^[A-Za-z0-9_]{4,20}$' },
      title: { type: 'string', minLength: 1, maxLength: 300 },
      duration: { type: 'number', minimum: 0, maximum: 10000000 },
      kind: { enum: ['video', 'audio', 'live'] },
    },
  },
  host: {
    type: 'object',
    required: ['user_id', 'lease_until_ms'],
    properties: { user_id: { $ref: 'userId' }, lease_until_ms: { $ref: 'milliseconds' } },
  },
  control: {
    type: 'object',
    required: ['mode', 'locked', 'wait_for_buffering', 'barred'],
    properties: {
      mode: { $ref: 'mode' },
      locked: { type: 'boolean' },
      wait_for_buffering: { $ref: 'waitFor' },
      barred: { type: 'array', maxItems: 100, items: { $ref: 'userId' } },
    },
  },
  revision: { type: 'integer', minimum: 0, maximum: 9007199254740991 },
  userId: { type: 'string', pattern: '^[0-9]{1,20}$' },
  mode: { enum: ['host', 'everyone'] },
  waitFor: { enum: ['nobody', 'host', 'everyone'] },
  milliseconds: { type: 'number', minimum: 0, maximum: 9007199254740991 },
  position: { type: 'number', minimum: 0, maximum: 100000000000 },
  rate: { type: 'number', minimum: 0.5, maximum: 2 },
  emoji: { enum: ['👍', '❤️', '😂', '😮', '👏', '🎉'] },
  roster: {
    type: 'object',
    required: ['changed', 'gone', 'total', 'stamp_ms'],
    properties: {
      changed: { type: 'array', maxItems: 100, items: { $ref: 'participant' } },
      gone: { type: 'array', items: { $ref: 'userId' } },
      total: { type: 'integer', minimum: 0 },
      stamp_ms: { $ref: 'milliseconds' },
    },
  },
  clockStamps: {
    type: 'object',
    required: ['c0', 's1', 's2'],
    properties: { c0: { $ref: 'milliseconds' }, s1: { $ref: 'milliseconds' }, s2: { $ref: 'milliseconds' } },
  },
  participant: {
    type: 'object',
    required: [
      'user_id',
      'name',
      'avatar',
      'level',
      'via',
      'joined_at_ms',
      'state',
      'activity',
      'drift_ms',
      'clock_bound_ms',
      'quality',
    ],
    properties: {
      user_id: { $ref: 'userId' },
      name: { $ref: 'name' },
      avatar: { type: ['string', 'null'], maxLength: 64 },
      level: { $ref: 'level' },
      via: { enum: ['discord', 'browser'] },
      joined_at_ms: { $ref: 'milliseconds' },
      state: { $ref: 'playState' },
      activity: { $ref: 'activity' },
      drift_ms: { type: ['number', 'null'] },
      clock_bound_ms: { type: ['number', 'null'], minimum: 0 },
      quality: { $ref: 'quality' },
    },
  },
  name: { type: 'string', minLength: 1, maxLength: 100 },
  level: { enum: ['viewer', 'moderator', 'admin'] },
  playState: { enum: ['loading', 'playing', 'paused', 'buffering', 'seeking', 'free'] },
  activity: { enum: ['active', 'inactive', 'away'] },
  quality: { enum: ['good', 'fair', 'poor'] },
};

/** The shape of each message of the server, by its type. */
export const SERVER_SHAPES: Readonly<Record<ServerMessage['type'], Shape>> = {
  welcome: {
    type: 'object',
    required: ['type', 'version', 'you', 'room_id', 'state', 'roster', 'lead_ms', 'clock'],
    properties: {
      type: { const: 'welcome' },
      version: { type: 'integer' },
      you: {
        type: 'object',
        required: ['user_id', 'name', 'level', 'connection_id'],
        properties: {
          user_id: { $ref: 'userId' },
          name: { $ref: 'name' },
          level: { $ref: 'level' },
          connection_id: { type: 'string' },
        },
      },
      room_id: { type: 'string' },
      state: { $ref: 'roomState' },
      roster: { $ref: 'roster' },
      lead_ms: { $ref: 'milliseconds' },
      clock: { $ref: 'clockStamps' },
    },
  },
  clock: {
    type: 'object',
    required: ['type', 'c0', 's1', 's2'],
    properties: {
      type: { const: 'clock' },
      c0: { $ref: 'milliseconds' },
      s1: { $ref: 'milliseconds' },
      s2: { $ref: 'milliseconds' },
    },
  },
  playback: {
    type: 'object',
    required: ['type', 'timeline', 'cause', 'by', 'waiting_for'],
    properties: {
      type: { const: 'playback' },
      timeline: { $ref: 'timeline' },
      cause: { enum: ['play', 'pause', 'seek', 'rate', 'hold', 'release'] },
      by: { anyOf: [{ $ref: 'userId' }, { type: 'null' }] },
      waiting_for: { type: 'array', maxItems: 100, items: { $ref: 'userId' } },
      ref: { $ref: 'ref' },
    },
  },
  media: {
    type: 'object',
    required: ['type', 'media', 'timeline', 'by'],
    properties: {
      type: { const: 'media' },
      media: { $ref: 'media' },
      timeline: { $ref: 'timeline' },
      by: { $ref: 'userId' },
      ref: { $ref: 'ref' },
    },
  },
  host: {
    type: 'object',
    required: ['type', 'host', 'control_revision', 'reason'],
    properties: {
      type: { const: 'host' },
      host: { $ref: 'host' },
      control_revision: { $ref: 'revision' },
      reason: { enum: ['transferred', 'claimed', 'left', 'returned'] },
      ref: { $ref: 'ref' },
    },
  },
  control: {
    type: 'object',
    required: ['type', 'control', 'control_revision', 'by'],
    properties: {
      type: { const: 'control' },
      control: { $ref: 'control' },
      control_revision: { $ref: 'revision' },
      by: { $ref: 'userId' },
      ref: { $ref: 'ref' },
    },
  },
  'control.requested': {
    type: 'object',
    required: ['type', 'user_id', 'name'],
    properties: { type: { const: 'control.requested' }, user_id: { $ref: 'userId' }, name: { $ref: 'name' } },
  },
  asked: {
    type: 'object',
    required: ['type', 'ref'],
    properties: { type: { const: 'asked' }, ref: { $ref: 'ref' } },
  },
  roster: {
    type: 'object',
    required: ['type', 'roster', 'host', 'lead_ms', 'clock'],
    properties: {
      type: { const: 'roster' },
      roster: { $ref: 'roster' },
      host: { $ref: 'host' },
      lead_ms: { $ref: 'milliseconds' },
      clock: { $ref: 'clockStamps' },
      state: { $ref: 'roomState' },
    },
  },
  reaction: {
    type: 'object',
    required: ['type', 'user_id', 'emoji'],
    properties: { type: { const: 'reaction' }, user_id: { $ref: 'userId' }, emoji: { $ref: 'emoji' } },
  },
  rejected: {
    type: 'object',
    required: ['type', 'ref', 'reason', 'current'],
    properties: {
      type: { const: 'rejected' },
      ref: { $ref: 'ref' },
      reason: {
        enum: [
          'stale',
          'not_permitted',
          'locked',
          'barred',
          'host_is_here',
          'unknown_user',
          'grant_refused',
          'no_media',
        ],
      },
      current: { $ref: 'roomState' },
    },
  },
  error: {
    type: 'object',
    required: ['type', 'code', 'message'],
    properties: {
      type: { const: 'error' },
      code: { enum: ['malformed', 'too_large', 'too_many', 'version', 'not_in_room', 'unavailable'] },
      message: { type: 'string' },
      ref: { $ref: 'ref' },
    },
  },
  goodbye: {
    type: 'object',
    required: ['type', 'reason'],
    properties: { type: { const: 'goodbye' }, reason: { enum: ['closed', 'left', 'expired', 'flooded'] } },
  },
};
