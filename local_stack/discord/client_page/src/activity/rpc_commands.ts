/**
 * The commands that the host knows: what each needs to be allowed, how its arguments are checked, what it does.
 *
 * Needs (Discord's client, read in its bundle): some commands work before AUTHENTICATE; participants and dialogs need
 * an authenticated session; a few need a scope. Anything that is not in this table is answered as an unknown command,
 * as older clients answer what newer ones know.
 */

import type { ClientAround } from './client_around';
import { CommandRefused, ErrorCode, type Payload } from './wire';

/** `null`: always; `'session'`: after AUTHENTICATE; anything else: the scope of that name. */
export type Need = string | null;

export interface HostCommand {
  needs: Need;
  /** Answers `data` of the reply; refuses by throwing. */
  run(client: ClientAround, args: Payload): unknown | Promise<unknown>;
}

function refuse(message: string): never {
  throw new CommandRefused(ErrorCode.invalidPayload, message);
}

function textIn(args: Payload, name: string, most: number): string {
  const value = args[name];
  if (typeof value !== 'string' || value === '' || value.length > most) {
    return refuse(`child "${name}" fails because it must be a text of 1 to ${most} characters`);
  }
  return value;
}

function optionalText(args: Payload, name: string, most: number): string | null {
  return args[name] === undefined || args[name] === null ? null : textIn(args, name, most);
}

const LONGEST_URL = 4096;
const LOG_LEVELS = ['log', 'warn', 'debug', 'info', 'error'];
const LOCK_STATES = [1, 2, 3];

async function authorize(client: ClientAround, args: Payload): Promise<object> {
  if (args.client_id !== client.applicationId) {
    throw new CommandRefused(ErrorCode.invalidClientId, 'Invalid Client ID');
  }
  const { scope, response_type: responseType, prompt } = args;
  if (!Array.isArray(scope) || scope.length === 0 || !scope.every((one) => typeof one === 'string')) {
    return refuse('child "scope" fails because it must be a list of scopes');
  }
  if (responseType !== undefined && responseType !== 'code') {
    return refuse('child "response_type" fails because it must be code');
  }
  if (prompt !== undefined && prompt !== 'none') {
    return refuse('child "prompt" fails because it must be none');
  }
  return { code: await client.authorize(scope) };
}

async function openLink(client: ClientAround, args: Payload): Promise<object> {
  const url = textIn(args, 'url', LONGEST_URL);
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    return refuse('child "url" fails because it must be an http or https address');
  }
  return { opened: await client.openLink(url) };
}

function lockOrientation(client: ClientAround, args: Payload): null {
  for (const name of ['lock_state', 'picture_in_picture_lock_state', 'grid_lock_state']) {
    const state = args[name];
    const mayMiss = name !== 'lock_state' && (state === undefined || state === null);
    if (!mayMiss && !LOCK_STATES.includes(state as number)) {
      return refuse(`child "${name}" fails because it must be 1, 2 or 3`);
    }
  }
  client.lockOrientation(args);
  return null;
}

function setConfig(client: ClientAround, args: Payload): object {
  if (typeof args.use_interactive_pip !== 'boolean') {
    return refuse('child "use_interactive_pip" fails because it must be a boolean');
  }
  client.useInteractivePip(args.use_interactive_pip);
  return { use_interactive_pip: args.use_interactive_pip };
}

function captureLog(client: ClientAround, args: Payload): null {
  const level = textIn(args, 'level', 10);
  if (!LOG_LEVELS.includes(level) || typeof args.message !== 'string') {
    return refuse('child "level" fails because it must be a level of the console');
  }
  client.log(level, args.message);
  return null;
}

async function shareLink(client: ClientAround, args: Payload): Promise<object> {
  const message = textIn(args, 'message', 1000);
  optionalText(args, 'link_id', 64);
  return client.share(message, optionalText(args, 'custom_id', 64));
}

/** Participants without what is for this page only. */
export function participantsOf(client: ClientAround): object {
  const participants = client.participants().map(({ avatar_url: _ours, ...participant }) => participant);
  return { participants };
}

export const HOST_COMMANDS: Readonly<Record<string, HostCommand>> = {
  AUTHORIZE: { needs: null, run: authorize },
  AUTHENTICATE: {
    needs: null,
    run: (client, args) => client.authenticate(textIn(args, 'access_token', 2048)),
  },
  GET_ACTIVITY_INSTANCE_CONNECTED_PARTICIPANTS: { needs: 'session', run: participantsOf },
  OPEN_EXTERNAL_LINK: { needs: null, run: openLink },
  OPEN_INVITE_DIALOG: {
    needs: 'session',
    run: async (client) => {
      await client.invite();
      return null;
    },
  },
  SHARE_LINK: { needs: 'session', run: shareLink },
  ENCOURAGE_HW_ACCELERATION: { needs: null, run: () => ({ enabled: true }) },
  SET_CONFIG: { needs: 'session', run: setConfig },
  SET_ORIENTATION_LOCK_STATE: { needs: null, run: lockOrientation },
  GET_PLATFORM_BEHAVIORS: { needs: null, run: () => ({ iosKeyboardResizesView: true }) },
  USER_SETTINGS_GET_LOCALE: { needs: 'identify', run: (client) => ({ locale: client.locale }) },
  CAPTURE_LOG: { needs: null, run: captureLog },
};

/** What subscribing to an event needs; events that are not here do not exist. */
export const HOST_EVENTS: Readonly<Record<string, Need>> = {
  ACTIVITY_LAYOUT_MODE_UPDATE: null,
  ORIENTATION_UPDATE: 'session',
  THERMAL_STATE_UPDATE: 'session',
  ACTIVITY_INSTANCE_PARTICIPANTS_UPDATE: 'session',
  CURRENT_USER_UPDATE: 'identify',
  CURRENT_GUILD_MEMBER_UPDATE: 'guilds.members.read',
  VOICE_STATE_UPDATE: 'rpc.voice.read',
  SPEAKING_START: 'rpc.voice.read',
  SPEAKING_STOP: 'rpc.voice.read',
  ACTIVITY_JOIN: 'session',
  ENTITLEMENT_CREATE: 'session',
  RELATIONSHIP_UPDATE: 'relationships.read',
};
