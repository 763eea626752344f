/** What Kaltura's player is told: once about itself, and about each film. */

import type { Playback } from '../api/answers';
import { loadPolicies } from './patience';

// Ahead of the position: enough for a bad moment of a home network, not so much that a change of media wastes it.
const BUFFER_SECONDS = { maxBufferLength: 30, maxMaxBufferLength: 60, backBufferLength: 30 };

/** For `KalturaPlayer.setup`: the player without its controls, keys and memory, which are the page's. */
export function configurationOf({ player }: Playback, targetId: string, now: () => number): object {
  return {
    targetId,
    provider: { partnerId: player.partner_id, uiConfId: player.ui_conf_id },
    log: { level: 'ERROR' },
    playback: {
      autoplay: false,
      allowMutedAutoPlay: false,
      preload: 'auto',
      playsinline: true,
      pictureInPicture: false,
      textLanguage: '',
      streamPriority: [{ engine: 'html5', format: 'hls' }],
      options: { html5: { hls: { ...BUFFER_SECONDS, ...loadPolicies(now) } } },
    },
    text: { enableCEA708Captions: false },
    ui: { disable: true },
    disableUserCache: true,
  };
}

/** For `setMedia`: the film, without a word of Kaltura's own API. */
export function mediaOf({ entry_id: id, title: name, manifest, kind, duration }: Playback): object {
  return {
    sources: {
      hls: [{ id: `${id},hls`, url: manifest, mimetype: 'application/x-mpegURL' }],
      id,
      type: kind === 'live' ? 'Live' : 'Vod',
      ...(kind === 'live' ? {} : { duration }),
      metadata: { name },
    },
  };
}
