/**
 * A visit, from the opened window to the room: what is being waited for, what went wrong, and what the one button does.
 *
 * In Discord: ready → who are you (Discord asks at the first time) → our session → the room. Discord's own
 * `authenticate` runs beside our entry, since only participants and events need it: where it fails, the room is there
 * all the same. In a browser tab: the link → the room.
 */

import type { RoomEntry } from '../api/answers';
import type { Api } from '../api/client';
import { ApiProblem, sentenceOf } from '../api/problem';
import { type Origin, RoomAccess } from '../api/room_access';
import { applicationIdIn } from '../discord/application_id';
import { DiscordFailure } from '../discord/discord_failure';
import { DiscordFrame } from '../discord/frame';
import { invite, shareMoment } from '../discord/invitations';
import type { Sdk } from '../discord/sdk';
import { authenticate, signIn, waitUntilReady } from '../discord/signing_in';
import { type Readable, Store } from '../store';
import type { Surroundings } from './enter_room';
import type { Room } from './room';

export type Stage =
  | { readonly kind: 'starting'; readonly words: string }
  | { readonly kind: 'stopped'; readonly sentence: string; readonly button: string | null }
  | { readonly kind: 'inside'; readonly room: Room };

export interface VisitTools {
  readonly api: Api;
  readonly constructSdk: (applicationId: string) => Sdk;
  readonly enterRoom: (access: RoomAccess, entry: RoomEntry, surroundings: Surroundings) => Room;
  readonly window: Window;
  readonly filmId: string;
}

export type Arrival =
  | { readonly kind: 'discord'; readonly instanceId: string }
  | { readonly kind: 'link'; readonly token: string };

export class Visit {
  readonly #stage = new Store<Stage>({ kind: 'starting', words: 'Starting…' });
  #sdk: Sdk | null = null;
  #frame: DiscordFrame | null = null;

  constructor(
    private readonly arrival: Arrival,
    private readonly tools: VisitTools,
  ) {}

  get stage(): Readable<Stage> {
    return this.#stage;
  }

  /** Goes in, or says why not; called again, it tries again. */
  async begin(): Promise<void> {
    try {
      const room =
        this.arrival.kind === 'discord'
          ? await this.#fromDiscord(this.arrival.instanceId)
          : await this.#byLink(this.arrival.token);
      this.#stage.set({ kind: 'inside', room });
    } catch (error) {
      this.#stage.set(stopped(error));
    }
  }

  async #fromDiscord(instanceId: string): Promise<Room> {
    const { api } = this.tools;
    this.#waitFor('Waiting for Discord…');
    const sdk = await this.#onlySdk();
    await waitUntilReady(sdk);
    const frame = this.#onlyFrame(sdk);
    this.#waitFor('Asking Discord who you are…');
    const session = await signIn(sdk, api);
    this.#waitFor('Opening the room…');
    // Unheard where it fails: see above.
    authenticate(sdk, session).then(
      () => frame.listen(),
      () => undefined,
    );
    return this.#enter({ kind: 'discord', instanceId, session }, sdk);
  }

  #byLink(linkToken: string): Promise<Room> {
    this.#waitFor('Opening the room…');
    return this.#enter({ kind: 'link', linkToken }, null);
  }

  async #enter(origin: Origin, sdk: Sdk | null): Promise<Room> {
    const { api, enterRoom, window, filmId } = this.tools;
    const access = new RoomAccess(api, origin, () => Date.now());
    const entry = await access.enter();
    const outward =
      sdk === null
        ? null
        : { invite: () => invite(sdk), share: (message: string) => shareMoment(sdk, message) };
    return enterRoom(access, entry, { window, filmId, frame: this.#frame?.state ?? null, outward });
  }

  /** Constructed once, however often the start is tried. */
  async #onlySdk(): Promise<Sdk> {
    if (this.#sdk === null) {
      const { api, constructSdk, window } = this.tools;
      const id = applicationIdIn(window.location.hostname) ?? (await api.applicationId());
      this.#sdk ??= constructSdk(id);
    }
    return this.#sdk;
  }

  #onlyFrame(sdk: Sdk): DiscordFrame {
    if (this.#frame === null) {
      this.#frame = new DiscordFrame(sdk);
      this.#frame.listenEarly();
    }
    return this.#frame;
  }

  #waitFor(words: string): void {
    this.#stage.set({ kind: 'starting', words });
  }
}

function stopped(error: unknown): Stage {
  if (error instanceof DiscordFailure) {
    return { kind: 'stopped', sentence: error.message, button: error.button };
  }
  // The sentence says where a new one is to be had; the old one never works again.
  const isHopeless = error instanceof ApiProblem && error.slug === 'link-expired';
  return { kind: 'stopped', sentence: sentenceOf(error), button: isHopeless ? null : 'Try again' };
}
