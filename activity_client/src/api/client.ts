/** The routes of the API that this page uses, typed. Tokens are passed in: see `room_access.ts` for who keeps them. */

import type { GrantedVideo, Playback, RoomEntry, Session, Ticket, VideoPage } from './answers';
import { ask, BROWSER_WIRE, type Wire } from './request';

/** How a session begins: exactly one of what the server can check. */
export type Proof =
  | { readonly code: string }
  | { readonly discord_access_token: string }
  | { readonly session_token: string };

/** How one comes into a room. */
export type Way =
  | { readonly sessionToken: string; readonly instanceId: string }
  | { readonly linkToken: string }
  | { readonly sessionToken: string };

export interface VideoQuery {
  readonly query: string;
  readonly page: number;
  readonly limit: number;
}

export interface Api {
  /** The application's id, which the SDK needs. */
  applicationId(): Promise<string>;
  prove(proof: Proof): Promise<Session>;
  enter(way: Way): Promise<RoomEntry>;
  ticket(roomToken: string, roomId: string): Promise<Ticket>;
  videos(roomToken: string, query: VideoQuery, signal: AbortSignal): Promise<VideoPage>;
  video(roomToken: string, entryId: string): Promise<GrantedVideo>;
  playback(roomToken: string, entryId: string): Promise<Playback>;
}

// Discord's list of who is in an instance lags a little behind a launch, and the server waits for it.
const ENTERING_DEADLINE_MS = 12_000;

/** A client of the API at this page's own origin. */
export function createApi(wire: Wire = BROWSER_WIRE): Api {
  const id = encodeURIComponent;
  return {
    async applicationId() {
      const { application_id } = (await ask(wire, { path: '/health' })) as { application_id: string };
      return application_id;
    },
    async prove(proof) {
      // Discord takes a code once; the others may be shown again.
      const isRepeatable = !('code' in proof);
      const answer = await ask(wire, { path: '/auth/token', body: proof, isRepeatable });
      return answer as Session;
    },
    async enter(way) {
      const answer = await ask(wire, {
        path: '/rooms/session',
        deadlineMs: ENTERING_DEADLINE_MS,
        ...shown(way),
      });
      return answer as RoomEntry;
    },
    async ticket(bearer, roomId) {
      return (await ask(wire, { path: `/rooms/${id(roomId)}/ticket`, bearer, body: {} })) as Ticket;
    },
    async videos(bearer, { query, page, limit }, signal) {
      const words = new URLSearchParams({ query, page: String(page), limit: String(limit) });
      return (await ask(wire, { path: `/videos?${words}`, bearer, signal })) as VideoPage;
    },
    async video(bearer, entryId) {
      return (await ask(wire, { path: `/videos/${id(entryId)}`, bearer })) as GrantedVideo;
    },
    async playback(bearer, entryId) {
      return (await ask(wire, { path: `/videos/${id(entryId)}/playback`, bearer })) as Playback;
    },
  };
}

function shown(way: Way): { body: object; bearer?: string } {
  if ('linkToken' in way) {
    return { body: { link_token: way.linkToken } };
  }
  const body = 'instanceId' in way ? { instance_id: way.instanceId } : {};
  return { bearer: way.sessionToken, body };
}
