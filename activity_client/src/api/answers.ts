/** What the HTTP API answers: the shapes of `/api/v1/...`. Lengths are in seconds of media. */

export type MediaKind = 'video' | 'audio' | 'live';

export interface Video {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly duration: number;
  readonly kind: MediaKind;
  /** Epoch seconds. */
  readonly created_at: number;
  readonly plays: number;
  readonly thumbnail: string | null;
}

/** A video that this server may watch, with the API's signed word for it: what `media.set` needs. */
export interface GrantedVideo extends Video {
  readonly grant: string;
}

export interface VideoPage {
  readonly videos: readonly Video[];
  readonly total: number;
  readonly page: number;
}

export interface CaptionFile {
  readonly label: string;
  readonly language: string;
  readonly url: string;
  readonly is_default: boolean;
}

/** All that is needed to play a video here, without a word of Kaltura's own API. */
export interface Playback {
  readonly entry_id: string;
  readonly title: string;
  readonly duration: number;
  readonly kind: MediaKind;
  readonly poster: string | null;
  readonly manifest: string;
  readonly captions: readonly CaptionFile[];
  readonly player: { readonly script: string; readonly partner_id: number; readonly ui_conf_id: number };
  readonly expires_at_ms: number;
}

export interface Session {
  readonly session_token: string;
  /** What the SDK's `authenticate` needs; `null` in a browser tab. */
  readonly discord_access_token: string | null;
  /** Seconds. */
  readonly expires_in: number;
}

export interface RoomEntry {
  readonly room_token: string;
  readonly session_token: string | null;
  readonly expires_in: number;
  readonly room: { readonly room_id: string; readonly guild_id: string | null; readonly channel_id: string };
  readonly you: { readonly user_id: string; readonly name: string; readonly avatar: string | null };
  readonly ticket: string;
  readonly ticket_expires_in: number;
  readonly bound_video: Video | null;
  readonly proposed_video: GrantedVideo | null;
}

export interface Ticket {
  readonly ticket: string;
  readonly expires_in: number;
}
