/**
 * The part of Kaltura's player that we use, and its script, loaded once.
 *
 * Names and events are those of kaltura-player-js 3.17.95 (read in its sources). The script is the one that a Kaltura
 * account's own embed code names (`embedPlaykitJs`); it puts one object, `KalturaPlayer`, into the window.
 */

export interface EmbeddedPlayer {
  readonly duration: number;
  currentTime: number;
  playbackRate: number;
  volume: number;
  muted: boolean;
  setMedia(media: object): void;
  play(): void;
  pause(): void;
  reset(isChangeMedia?: boolean): void;
  configure(configuration: object): void;
  getVideoElement(): HTMLVideoElement | undefined;
  getTracks(kind: 'video'): readonly VideoTrack[];
  selectTrack(track: VideoTrack): void;
  enableAdaptiveBitrate(): void;
  addEventListener(name: string, listener: (event: EmbedEvent) => void): void;
}

export interface VideoTrack {
  readonly height: number;
  readonly bandwidth: number;
}

/** `payload` depends on the event; of errors it is `{severity, code}`, of refused play `{error}`. */
export interface EmbedEvent {
  readonly payload?: {
    readonly severity?: number;
    readonly code?: number;
    readonly error?: { readonly name?: string };
  };
}

export interface Embed {
  setup(configuration: object): EmbeddedPlayer;
}

const SCRIPT_LIMIT_MS = 20_000;

let loading: Promise<Embed> | null = null;

/** The embed of this address; asked again after a failure, the script is loaded again. */
export function loadEmbed(address: string, document: Document): Promise<Embed> {
  loading ??= loadScript(address, document).catch((error: unknown) => {
    loading = null;
    throw error;
  });
  return loading;
}

function loadScript(address: string, document: Document): Promise<Embed> {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    const fail = () => {
      clearTimeout(limit);
      script.remove();
      reject(new Error('The player’s script did not load.'));
    };
    const limit = setTimeout(fail, SCRIPT_LIMIT_MS);
    script.src = address;
    script.async = true;
    script.onerror = fail;
    script.onload = () => {
      clearTimeout(limit);
      const embed = (window as { KalturaPlayer?: Embed }).KalturaPlayer;
      if (embed === undefined) {
        fail();
      } else {
        resolve(embed);
      }
    };
    document.head.append(script);
  });
}
