/**
 * What Discord says about a launch, read from the query of the frame's address.
 *
 * Discord opens an Activity in a frame and puts these parameters into its address; a plain browser tab has none of
 * them. The Activity's SDK throws where one of `frame_id`, `instance_id` and `platform` is missing or `platform` is
 * another word than `desktop` or `mobile` (@discord/embedded-app-sdk 2.5.0, Discord.ts), so that is found out here
 * first, where it can still be said in words.
 *
 * Discord's client builds the query with `new URLSearchParams(object)`, which writes a missing value as the word
 * "undefined" or "null"; these words therefore count as absent.
 */

export type Platform = 'desktop' | 'mobile';

/** Identifiers are Discord's own, as text; `null` where Discord gave none (in a direct message there is no server). */
export interface ActivityLaunch {
  readonly kind: 'activity';
  readonly frameId: string;
  readonly instanceId: string;
  readonly platform: Platform;
  readonly guildId: string | null;
  readonly channelId: string | null;
  readonly locationId: string | null;
  readonly launchId: string | null;
  readonly referrerId: string | null;
  readonly customId: string | null;
  readonly mobileAppVersion: string | null;
}

/** Discord opened the page, but without what the SDK needs; `missing` names the parameters. */
export interface IncompleteLaunch {
  readonly kind: 'incomplete';
  readonly missing: readonly string[];
}

/** A browser tab: nobody's Activity. */
export interface OutsideDiscord {
  readonly kind: 'outside';
}

export type Launch = ActivityLaunch | IncompleteLaunch | OutsideDiscord;

const ABSENT: ReadonlySet<string> = new Set(['', 'undefined', 'null']);

/** Reads the launch from a query string such as `location.search`, with or without its question mark. */
export function readLaunch(search: string): Launch {
  const query = new URLSearchParams(search);
  const frameId = value(query, 'frame_id');
  if (frameId === null) {
    return { kind: 'outside' };
  }
  const instanceId = value(query, 'instance_id');
  const platform = platformOf(query);
  if (instanceId === null || platform === null) {
    return { kind: 'incomplete', missing: missingNames(instanceId, platform) };
  }
  return {
    kind: 'activity',
    frameId,
    instanceId,
    platform,
    guildId: value(query, 'guild_id'),
    channelId: value(query, 'channel_id'),
    locationId: value(query, 'location_id'),
    launchId: value(query, 'launch_id'),
    referrerId: value(query, 'referrer_id'),
    customId: value(query, 'custom_id'),
    mobileAppVersion: value(query, 'mobile_app_version'),
  };
}

function value(query: URLSearchParams, name: string): string | null {
  const written = query.get(name);
  return written === null || ABSENT.has(written) ? null : written;
}

function platformOf(query: URLSearchParams): Platform | null {
  const word = value(query, 'platform');
  return word === 'desktop' || word === 'mobile' ? word : null;
}

function missingNames(instanceId: string | null, platform: Platform | null): string[] {
  const missing: string[] = [];
  if (instanceId === null) {
    missing.push('instance_id');
  }
  if (platform === null) {
    missing.push('platform');
  }
  return missing;
}
