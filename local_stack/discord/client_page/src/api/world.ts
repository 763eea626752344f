/** What the simulated Discord tells about its servers: `GET _sim/world` and `GET _sim/commands`. */

export interface Role {
  id: string;
  name: string;
  /** 24-bit RGB; 0 means no colour of its own. */
  color: number;
  position: number;
  /** Shown as a group of its own in the member list. */
  hoist: boolean;
}

/** Channel types (Discord docs: Channel). */
export const TEXT_CHANNEL = 0;
export const VOICE_CHANNEL = 2;

export interface Channel {
  id: string;
  name: string;
  type: number;
  topic: string | null;
  bot_may_write: boolean;
  /** The ids of those who may see it. */
  visible_to: string[];
}

export interface Member {
  user_id: string;
  name: string;
  username: string;
  avatar_url: string | null;
  /** Role ids, in no order. */
  roles: string[];
  is_owner: boolean;
  bot: boolean;
  /** The voice channel where they sit. */
  voice_channel_id: string | null;
}

/** An event that takes place elsewhere; times are epoch seconds. */
export interface ScheduledEvent {
  id: string;
  name: string;
  description: string;
  location: string;
  starts_at: number;
  ends_at: number;
  is_active: boolean;
  /** The ids of those who are interested. */
  interested: string[];
}

export interface Server {
  id: string;
  name: string;
  icon_url: string | null;
  /** Whether the application is installed here. */
  has_app: boolean;
  /** The ids of those who may add and remove applications. */
  managers: string[];
  roles: Role[];
  channels: Channel[];
  members: Member[];
  /** What is planned or goes on, soonest first. */
  events: ScheduledEvent[];
}

export interface Application {
  id: string;
  name: string;
  avatar_url: string | null;
  /** The Activity's page, on an origin of its own. */
  activity_url: string;
  /** The ids of those who have it in their account, or agreed to an Activity of it. */
  authorized_by: string[];
}

export interface World {
  application: Application;
  servers: Server[];
}

/** Option types (Discord docs: Application Commands). */
export const OptionType = {
  subCommand: 1,
  subCommandGroup: 2,
  string: 3,
  integer: 4,
  boolean: 5,
  user: 6,
  channel: 7,
  role: 8,
  mentionable: 9,
  number: 10,
  attachment: 11,
} as const;

export interface Choice {
  name: string;
  value: string | number;
}

export interface CommandOption {
  type: number;
  name: string;
  description: string;
  required?: boolean;
  choices?: Choice[];
  options?: CommandOption[];
  autocomplete?: boolean;
  min_value?: number;
  max_value?: number;
  min_length?: number;
  max_length?: number;
  channel_types?: number[];
  /** Endings such as `.json`, and the groups image, video and audio. */
  file_types?: string[];
}

/** Command types (Discord docs: Application Commands). */
export const CommandType = { chatInput: 1, user: 2, message: 3, entryPoint: 4 } as const;

export interface Command {
  id: string;
  name: string;
  description: string;
  type: number;
  options?: CommandOption[];
}
