/**
 * The keys to one room: asked for, kept in memory only, and renewed before they run out.
 *
 * A room's token lives 15 minutes. Whoever needs it gets one that is good for another minute at least; the renewal is
 * the entry over again, because then the server looks again whether this person is still in the voice channel. In
 * Discord that takes a session, renewed with Discord's own access token; in a browser tab the session came from the
 * link, and renews itself.
 */

import type { GrantedVideo, Playback, RoomEntry, Session, VideoPage } from './answers';
import type { Api, VideoQuery } from './client';
import { ApiProblem } from './problem';

/** Where this person came from, and what proves it. */
export type Origin =
  | { readonly kind: 'discord'; readonly instanceId: string; readonly session: Session }
  | { readonly kind: 'link'; readonly linkToken: string };

const MARGIN_MS = 60_000;
// Twice and a bit the time between two calls of `keep`, so that one may fail.
const KEPT_AHEAD_MS = 9 * 60_000;

/** How often `keep` is to be called. */
export const KEEP_EVERY_MS = 4 * 60_000;

interface Held {
  readonly token: string;
  readonly untilMs: number;
}

export class RoomAccess {
  #session: Held | null;
  readonly #discordAccessToken: string | null;
  #room: Held | null = null;
  #ticket: Held | null = null;
  #roomId = '';
  #entering: Promise<RoomEntry> | null = null;

  constructor(
    private readonly api: Api,
    private readonly origin: Origin,
    private readonly now: () => number,
  ) {
    this.#session =
      origin.kind === 'discord' ? this.#held(origin.session.session_token, origin.session.expires_in) : null;
    this.#discordAccessToken = origin.kind === 'discord' ? origin.session.discord_access_token : null;
  }

  /** Comes in, or comes in again; two who ask at once share the answer. */
  enter(): Promise<RoomEntry> {
    this.#entering ??= this.#enterOnce().finally(() => {
      this.#entering = null;
    });
    return this.#entering;
  }

  /**
   * To be called every few minutes. A browser tab's session can be renewed only while it lives, so it is renewed also
   * when nothing is asked for; in Discord, where it can be had anew at any time, nothing is done.
   */
  async keep(): Promise<void> {
    if (this.#discordAccessToken === null && !this.#isGood(this.#session, KEPT_AHEAD_MS)) {
      await this.enter();
    }
  }

  /** A ticket for one opening of the socket; the first is the one that entering brought. */
  async socketTicket(): Promise<string> {
    const brought = this.#ticket;
    this.#ticket = null;
    if (brought !== null && brought.untilMs > this.now() + 5_000) {
      return brought.token;
    }
    const { ticket } = await this.#withRoomToken((token) => this.api.ticket(token, this.#roomId));
    return ticket;
  }

  videos(query: VideoQuery, signal: AbortSignal): Promise<VideoPage> {
    return this.#withRoomToken((token) => this.api.videos(token, query, signal));
  }

  video(entryId: string): Promise<GrantedVideo> {
    return this.#withRoomToken((token) => this.api.video(token, entryId));
  }

  playback(entryId: string): Promise<Playback> {
    return this.#withRoomToken((token) => this.api.playback(token, entryId));
  }

  async #withRoomToken<Answer>(use: (token: string) => Promise<Answer>): Promise<Answer> {
    try {
      return await use(await this.#roomToken());
    } catch (error) {
      // Our clock may be wrong about what the server thinks of a token: once more with a new one.
      if (!(error instanceof ApiProblem) || error.status !== 401) {
        throw error;
      }
      await this.enter();
      return use(await this.#roomToken());
    }
  }

  async #roomToken(): Promise<string> {
    if (!this.#isGood(this.#room)) {
      await this.enter();
    }
    return this.#room?.token ?? '';
  }

  async #enterOnce(): Promise<RoomEntry> {
    const entry = await this.#pass();
    this.#room = this.#held(entry.room_token, entry.expires_in);
    this.#ticket = this.#held(entry.ticket, entry.ticket_expires_in);
    this.#roomId = entry.room.room_id;
    if (entry.session_token !== null) {
      this.#session = this.#held(entry.session_token, entry.expires_in);
    }
    return entry;
  }

  async #pass(): Promise<RoomEntry> {
    if (this.origin.kind === 'discord') {
      return this.api.enter({ sessionToken: await this.#sessionToken(), instanceId: this.origin.instanceId });
    }
    if (this.#session === null) {
      return this.api.enter({ linkToken: this.origin.linkToken });
    }
    return this.api.enter({ sessionToken: await this.#sessionToken() });
  }

  async #sessionToken(): Promise<string> {
    const held = this.#session;
    if (held !== null && this.#isGood(held)) {
      return held.token;
    }
    const proof =
      this.#discordAccessToken === null
        ? { session_token: held?.token ?? '' }
        : { discord_access_token: this.#discordAccessToken };
    const session = await this.api.prove(proof);
    this.#session = this.#held(session.session_token, session.expires_in);
    return session.session_token;
  }

  #held(token: string, expiresInSeconds: number): Held {
    return { token, untilMs: this.now() + expiresInSeconds * 1000 };
  }

  #isGood(held: Held | null, aheadMs: number = MARGIN_MS): boolean {
    return held !== null && held.untilMs > this.now() + aheadMs;
  }
}
