/** Messages in Discord's own shape, with what the simulated one adds in `_sim`. */

import type { MessageComponent } from './components';

/** Message flags (Discord docs: Message). */
export const EPHEMERAL = 1 << 6;
export const LOADING = 1 << 7;

export interface User {
  id: string;
  username: string;
  global_name: string | null;
  avatar_url?: string | null;
  bot?: boolean;
}

export interface Embed {
  title?: string;
  description?: string;
  url?: string;
  timestamp?: string;
  color?: number;
  footer?: { text: string; icon_url?: string };
  image?: { url: string; description?: string };
  thumbnail?: { url: string; description?: string };
  author?: { name: string; url?: string; icon_url?: string };
  fields?: { name: string; value: string; inline?: boolean }[];
}

export interface Attachment {
  id: string;
  filename: string;
  size: number;
  url: string;
  content_type?: string;
  description?: string;
}

export interface InteractionMetadata {
  id: string;
  type: number;
  name?: string;
  user: User;
}

/** Application command, as `interaction_metadata.type` (Discord docs: Interactions). */
export const COMMAND_INTERACTION = 2;

export interface SimulationNotes {
  /** Only this person sees the message. */
  ephemeral_for: string | null;
  state: 'sent' | 'thinking' | 'failed';
  /** What Discord would show instead of the message. */
  failure: string | null;
  /** The true reason, for developers. */
  reason?: string | null;
}

export interface Message {
  id: string;
  channel_id: string;
  author: User;
  content: string;
  embeds: Embed[];
  components: MessageComponent[];
  flags: number;
  timestamp: string;
  edited_timestamp: string | null;
  attachments: Attachment[];
  mentions: User[];
  mention_roles: string[];
  mention_everyone: boolean;
  interaction_metadata?: InteractionMetadata | null;
  /** The message that this one answers, where the answer to a component is a message of its own. */
  referenced_message?: Message | null;
  _sim: SimulationNotes;
}
