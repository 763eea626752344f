/** The way to the room's socket: a fresh ticket for each opening, and an address that old WebViews understand. */

import { ApiProblem } from '../api/problem';
import { RoomRefusedError, type WebSocketLike } from '../sync/socket';

/** Session over, not in the voice channel any more, no such room: trying again is of no use. */
const FINAL_STATUSES: ReadonlySet<number> = new Set([401, 403, 404, 410]);

/** Absolute, since older iOS and Android WebViews refuse relative ones. */
export function socketAddress(
  { protocol, host }: Pick<Location, 'protocol' | 'host'>,
  ticket: string,
): string {
  const scheme = protocol === 'https:' ? 'wss' : 'ws';
  return `${scheme}://${host}/ws?ticket=${encodeURIComponent(ticket)}`;
}

/** Asks for a ticket and opens a socket with it. Throws `RoomRefusedError` where that can't succeed any more. */
export async function openSocket(
  ticket: () => Promise<string>,
  location: Pick<Location, 'protocol' | 'host'>,
): Promise<WebSocketLike> {
  try {
    return new WebSocket(socketAddress(location, await ticket())) as WebSocketLike;
  } catch (error) {
    if (error instanceof ApiProblem && FINAL_STATUSES.has(error.status)) {
      throw new RoomRefusedError(error.message);
    }
    throw error;
  }
}
