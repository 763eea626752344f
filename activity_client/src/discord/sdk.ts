/**
 * The part of Discord's SDK that we use, so that it can be doubled in tests, and its one construction.
 *
 * The SDK must be constructed once, in a frame that Discord opened and that has not been navigated: it takes its host
 * from `document.referrer`. Whoever calls this has read the launch first (`launch.ts`), since the constructor throws
 * where `frame_id`, `instance_id` or `platform` is missing.
 */

import { DiscordSDK } from '@discord/embedded-app-sdk';

export interface Participant {
  readonly id: string;
  readonly username: string;
  readonly global_name?: string | null | undefined;
  readonly nickname?: string | null | undefined;
  readonly avatar?: string | null | undefined;
}

/** What each event that we listen to brings. */
export interface SdkEvents {
  ACTIVITY_LAYOUT_MODE_UPDATE: { readonly layout_mode: number };
  ORIENTATION_UPDATE: { readonly screen_orientation: number };
  THERMAL_STATE_UPDATE: { readonly thermal_state: number };
  ACTIVITY_INSTANCE_PARTICIPANTS_UPDATE: { readonly participants: readonly Participant[] };
}

export interface SdkCommands {
  authorize(asked: {
    client_id: string;
    response_type: 'code';
    state: string;
    prompt?: 'none';
    scope: ['identify'];
  }): Promise<{ code: string }>;
  authenticate(asked: { access_token: string }): Promise<unknown>;
  getInstanceConnectedParticipants(): Promise<{ participants: readonly Participant[] }>;
  encourageHardwareAcceleration(): Promise<unknown>;
  setOrientationLockState(asked: {
    lock_state: 1 | 2 | 3;
    picture_in_picture_lock_state?: 1 | 2 | 3 | null;
    grid_lock_state?: 1 | 2 | 3 | null;
  }): Promise<unknown>;
  openExternalLink(asked: { url: string }): Promise<unknown>;
  openInviteDialog(): Promise<unknown>;
  shareLink(asked: { message: string; custom_id?: string }): Promise<{ success: boolean }>;
}

export interface Sdk {
  readonly clientId: string;
  readonly guildId: string | null;
  readonly commands: SdkCommands;
  ready(): Promise<void>;
  subscribe<Name extends keyof SdkEvents>(
    name: Name,
    listener: (data: SdkEvents[Name]) => void,
  ): Promise<unknown>;
}

/** The real one. Its console override is off: it would send whatever we or the player log to Discord. */
export function constructSdk(applicationId: string): Sdk {
  return new DiscordSDK(applicationId, { disableConsoleLogOverride: true }) as unknown as Sdk;
}
