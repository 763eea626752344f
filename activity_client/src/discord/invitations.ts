/** The ways out of the frame: Discord's own dialogs, since a frame may open no window and write to no clipboard. */

import { codeOf, UNKNOWN_COMMAND } from './discord_failure';
import type { Sdk } from './sdk';
import { within } from './time_limit';

const DIALOG_LIMIT_MS = 10_000;

/** What happened, as a sentence; `null` where Discord's own dialog says it all. */
export type Outcome = string | null;

/** Discord's dialog that invites people into the voice channel. */
export async function invite(sdk: Sdk): Promise<Outcome> {
  try {
    await within(DIALOG_LIMIT_MS, sdk.commands.openInviteDialog());
    return null;
  } catch (error) {
    return codeOf(error) === UNKNOWN_COMMAND
      ? 'This version of Discord can’t invite from here. Invite people from the voice channel.'
      : 'You may not invite people here. Somebody with the right to create invites can.';
  }
}

/** Offers a link to this moment of this video, through Discord's own dialog. */
export async function shareMoment(sdk: Sdk, message: string): Promise<Outcome> {
  try {
    await within(DIALOG_LIMIT_MS, sdk.commands.shareLink({ message }));
    return null;
  } catch {
    return 'Discord did not open its sharing window. Invite people from the voice channel instead.';
  }
}

/** Opens a page outside Discord, after Discord has asked. */
export async function openOutside(sdk: Sdk, url: string): Promise<Outcome> {
  try {
    await within(DIALOG_LIMIT_MS, sdk.commands.openExternalLink({ url }));
    return null;
  } catch {
    return 'Discord did not open that page.';
  }
}
