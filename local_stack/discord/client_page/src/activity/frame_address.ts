/** The Activity's frame as Discord's client makes it: its address and its attributes. */

import type { ActivityInstance } from '../api/activities';
import type { Application } from '../api/world';

/** Attributes of the desktop and web client (read in its bundle; the same since 2024). */
export const FRAME_ATTRIBUTES = {
  allow: 'autoplay; encrypted-media',
  sandbox: 'allow-pointer-lock allow-scripts allow-same-origin allow-forms',
  referrerpolicy: 'origin',
} as const;

const MOBILE_APP_VERSION = '312.0';

/** Where the Activity lives: on its own origin, as on `{application}.discordsays.com`. */
export function activityOrigin(application: Application, pageHost: string): string {
  if (/(^|\.)discord\.com$/.test(pageHost)) {
    return `https://${application.id}.discordsays.com`;
  }
  return new URL(application.activity_url).origin;
}

/** The frame's `src`; Discord leaves out what there is not (no guild in direct messages). */
export function frameAddress(
  origin: string,
  instance: ActivityInstance,
  frameId: string,
  isMobile: boolean,
): string {
  const query = new URLSearchParams({
    instance_id: instance.instance_id,
    location_id: instance.location_id,
    launch_id: instance.launch_id,
    channel_id: instance.channel_id,
    ...(instance.guild_id === null ? {} : { guild_id: instance.guild_id }),
    frame_id: frameId,
    platform: isMobile ? 'mobile' : 'desktop',
    ...(isMobile ? { mobile_app_version: MOBILE_APP_VERSION } : {}),
    discord_proxy_ticket: 'simulated-proxy-ticket',
  });
  return `${origin}/?${query}`;
}
