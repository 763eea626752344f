/** What the frame's host needs of the Discord client around it. */

import type { Payload } from './wire';

/** Layout modes (Discord docs: Activities - Layout). */
export const Layout = { focused: 0, pip: 1, grid: 2 } as const;
export type LayoutMode = (typeof Layout)[keyof typeof Layout];

export type Orientation = 'portrait' | 'landscape';

/** Somebody in the instance, as the SDK's parser wants them. */
export interface Participant {
  id: string;
  username: string;
  discriminator: string;
  global_name: string | null;
  avatar: string | null;
  flags: number;
  bot: boolean;
  nickname?: string;
  /** For this page only; the frame does not get it. */
  avatar_url?: string;
}

/** What AUTHENTICATE answers. */
export interface Authentication {
  access_token: string;
  user: object;
  scopes: string[];
  expires: string;
  application: object;
}

/** What tests ordered the host to do wrong. */
export interface HostRules {
  /** Commands that are never answered; `HANDSHAKE` keeps READY back. */
  silent: string[];
  errors: Record<string, { code: number; message: string }>;
}

export const NO_RULES: HostRules = { silent: [], errors: {} };

export interface SharedLink {
  success: boolean;
  didCopyLink: boolean;
  didSendMessage: boolean;
}

export interface ClientAround {
  readonly applicationId: string;
  readonly locale: string;
  readonly isMobile: boolean;
  rules(): HostRules;
  participants(): Participant[];
  layout(): LayoutMode;
  orientation(): Orientation;
  /** 0 nominal, 1 fair, 2 serious, 3 critical. */
  thermalState(): number;
  /** An OAuth2 code; asks the person first unless they agreed before. Rejects when they refuse. */
  authorize(scopes: string[]): Promise<string>;
  authenticate(accessToken: string): Promise<Authentication>;
  openLink(url: string): Promise<boolean>;
  invite(): Promise<void>;
  share(message: string, customId: string | null): Promise<SharedLink>;
  lockOrientation(lock: Payload): void;
  useInteractivePip(wanted: boolean): void;
  log(level: string, message: string): void;
  /** The frame said goodbye. */
  closed(code: number, message: string): void;
}
