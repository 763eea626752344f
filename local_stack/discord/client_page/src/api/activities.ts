/** Activities and voice channels, as the simulated Discord tells of them. */

import type { HostRules, Participant } from '../activity/client_around';

export interface ActivityInstance {
  instance_id: string;
  launch_id: string;
  location_id: string;
  channel_id: string;
  guild_id: string | null;
  /** In order of joining; empty when it is over. */
  participants: Participant[];
}

export interface RunningActivities {
  instances: ActivityInstance[];
  rules: HostRules;
}

export interface VoiceChange {
  guild_id: string;
  user_id: string;
  channel_id: string | null;
}

/** Something ordered by a test for the frames of a window. */
export type Signal = { event: string; data: unknown } | { close: { code: number; message?: string } };

export type ActivityNews =
  | { kind: 'activity_update'; instance: ActivityInstance }
  | { kind: 'activity_rules'; rules: HostRules }
  | { kind: 'activity_signal'; signal: Signal }
  | { kind: 'voice_update'; change: VoiceChange }
  | { kind: 'world_update' };

export const NEWS_KINDS = [
  'activity_update',
  'activity_rules',
  'activity_signal',
  'voice_update',
  'world_update',
] as const;

/** One event of the stream. */
export function activityNews(kind: (typeof NEWS_KINDS)[number], data: string): ActivityNews {
  const body: unknown = JSON.parse(data);
  switch (kind) {
    case 'activity_update':
      return { kind, instance: body as ActivityInstance };
    case 'activity_rules':
      return { kind, rules: body as HostRules };
    case 'activity_signal':
      return { kind, signal: body as Signal };
    case 'voice_update':
      return { kind, change: body as VoiceChange };
    case 'world_update':
      return { kind };
  }
}
