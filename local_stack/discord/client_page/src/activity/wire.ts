/**
 * What travels between the frame and us: `postMessage` of `[opcode, payload]`, structured clones, both ways.
 *
 *     frame                                     we
 *       │ ── [0 HANDSHAKE, {v, client_id…}] ──▶ │
 *       │ ◀─ [1 FRAME, DISPATCH READY] ──────── │
 *       │ ── [1 FRAME, {cmd, args, nonce}] ───▶ │
 *       │ ◀─ [1 FRAME, {cmd, nonce, data}] ──── │   or evt ERROR with {code, message}
 *       │ ◀─ [1 FRAME, DISPATCH event] ──────── │
 *       │ ◀─ [2 CLOSE, {code, message}] ──────▶ │
 *
 * Shapes as the published SDK (2.5.0) sends and accepts them.
 */

export const Opcode = { handshake: 0, frame: 1, close: 2, hello: 3 } as const;

export type HostMessage = readonly [opcode: number, payload: object];

/** Close codes (Discord docs: RPC - Close Event Codes). */
export const CloseCode = {
  normal: 1000,
  invalidClientId: 4000,
  rateLimited: 4002,
  invalidVersion: 4004,
  invalidEncoding: 4005,
} as const;

/** Error codes of commands (Discord docs: RPC - Error Codes). */
export const ErrorCode = {
  unknown: 1000,
  invalidPayload: 4000,
  invalidCommand: 4002,
  invalidEvent: 4004,
  invalidPermissions: 4006,
  invalidClientId: 4007,
  invalidToken: 4009,
  oauth2: 5000,
} as const;

/** A command that is refused. */
export class CommandRefused extends Error {
  override readonly name = 'CommandRefused';

  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

export function dispatchOf(event: string, data: unknown): HostMessage {
  return [Opcode.frame, { cmd: 'DISPATCH', evt: event, nonce: null, data }];
}

export function replyTo(cmd: string, nonce: string, data: unknown): HostMessage {
  return [Opcode.frame, { cmd, evt: null, nonce, data }];
}

export function refusalOf(cmd: string, nonce: string | null, code: number, message: string): HostMessage {
  return [Opcode.frame, { cmd, evt: 'ERROR', nonce, data: { code, message } }];
}

export function closeOf(code: number, message: string): HostMessage {
  return [Opcode.close, { code, message }];
}

/** `user` is left out, as Discord does for frames. */
export function readyOf(): HostMessage {
  const config = {
    cdn_host: 'cdn.discordapp.com',
    api_endpoint: '//discord.com/api',
    environment: 'production',
  };
  return dispatchOf('READY', { v: 1, config });
}

export type Payload = Readonly<Record<string, unknown>>;

/** An incoming message taken apart; `null` for anything else that lands in the window. */
export function hostMessageFrom(data: unknown): { opcode: number; payload: Payload } | null {
  if (!Array.isArray(data) || data.length !== 2 || typeof data[0] !== 'number') {
    return null;
  }
  const payload: unknown = data[1];
  if (payload === null || typeof payload !== 'object') {
    return null;
  }
  return { opcode: data[0], payload: payload as Payload };
}
