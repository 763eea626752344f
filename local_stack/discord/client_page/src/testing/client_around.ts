/** A Discord client around the frame that answers at once, and notes what the frame made it do. */

import {
  type ClientAround,
  type HostRules,
  type LayoutMode,
  NO_RULES,
  type Orientation,
  type Participant,
} from '../activity/client_around';
import { CommandRefused, ErrorCode } from '../activity/wire';
import { ANN, APPLICATION, BO } from './little_world';

export function participant(id: string, username: string, more: Partial<Participant> = {}): Participant {
  return {
    id,
    username,
    discriminator: '0',
    global_name: null,
    avatar: null,
    flags: 0,
    bot: false,
    avatar_url: `/avatars/${id}`,
    ...more,
  };
}

export class PlayedClient implements ClientAround {
  readonly applicationId = APPLICATION;
  readonly locale = 'en-US';
  readonly isMobile = false;
  orders: HostRules = NO_RULES;
  inside = [participant(ANN, 'ann', { nickname: 'Annie' })];
  mode: LayoutMode = 0;
  turned: Orientation = 'landscape';
  heat = 0;
  agrees = true;
  scopes = ['identify'];
  readonly deeds: unknown[] = [];

  rules() {
    return this.orders;
  }
  participants() {
    return this.inside;
  }
  layout() {
    return this.mode;
  }
  orientation() {
    return this.turned;
  }
  thermalState() {
    return this.heat;
  }
  async authorize(scopes: string[]) {
    this.deeds.push(['authorize', ...scopes]);
    if (!this.agrees) {
      throw new CommandRefused(ErrorCode.oauth2, 'OAuth2 Error: access_denied');
    }
    return 'a code';
  }
  async authenticate(accessToken: string) {
    if (accessToken !== 'good') {
      throw new CommandRefused(ErrorCode.invalidToken, 'Invalid token');
    }
    return {
      access_token: accessToken,
      user: {
        id: ANN,
        username: 'ann',
        discriminator: '0',
        global_name: 'Ann',
        avatar: null,
        public_flags: 0,
      },
      scopes: this.scopes,
      expires: '2026-12-01T00:00:00.000000+00:00',
      application: { id: APPLICATION, name: 'Kaltura', description: 'd', icon: null },
    };
  }
  async openLink(url: string) {
    this.deeds.push(['open', url]);
    return this.agrees;
  }
  async invite() {
    this.deeds.push('invite');
  }
  async share(message: string, customId: string | null) {
    this.deeds.push(['share', message, customId]);
    return { success: this.agrees, didCopyLink: false, didSendMessage: this.agrees };
  }
  lockOrientation(lock: object) {
    this.deeds.push(['lock', lock]);
  }
  useInteractivePip(wanted: boolean) {
    this.deeds.push(['pip', wanted]);
  }
  log(level: string, message: string) {
    this.deeds.push([level, message]);
  }
  closed(code: number, message: string) {
    this.deeds.push(['closed', code, message]);
  }
}

export const BO_INSIDE = participant(BO, 'bo');
