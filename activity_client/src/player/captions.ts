/**
 * Captions: one file chosen, read by the browser's own WebVTT parser, drawn by the page.
 *
 * The page draws them so that its controls never cover them. A `<video>` that is shown nowhere holds the `<track>`:
 * the parser wants a media element, and Kaltura's player empties its own at every change of media.
 */

import type { CaptionFile } from '../api/answers';

export interface Caption {
  /** Lines as written, without markup. */
  readonly text: string;
  /** Meant for the upper half, such as where a name is shown below. */
  readonly isAbove: boolean;
}

const NONE: readonly Caption[] = [];

export class Captions {
  readonly #holder: HTMLVideoElement;
  #track: HTMLTrackElement | null = null;
  #file: CaptionFile | null = null;
  #shown: readonly Caption[] = NONE;

  constructor(document: Document) {
    this.#holder = document.createElement('video');
  }

  get chosen(): CaptionFile | null {
    return this.#file;
  }

  choose(file: CaptionFile | null): void {
    this.#track?.remove();
    this.#track = null;
    this.#shown = NONE;
    this.#file = file;
    if (file === null) {
      return;
    }
    const track = this.#holder.ownerDocument.createElement('track');
    track.kind = 'subtitles';
    track.srclang = file.language;
    track.src = file.url;
    this.#holder.append(track);
    track.track.mode = 'hidden';
    this.#track = track;
  }

  /** What is said at this position; the same object for as long as it is the same. */
  at(seconds: number): readonly Caption[] {
    const cues = this.#track?.track.cues;
    if (!cues) {
      return NONE;
    }
    const now = [...cues].filter((cue) => cue.startTime <= seconds && seconds < cue.endTime).map(captionOf);
    if (!isSame(now, this.#shown)) {
      this.#shown = now.length === 0 ? NONE : now;
    }
    return this.#shown;
  }
}

function captionOf(cue: TextTrackCue): Caption {
  const { line, snapToLines, text } = cue as VTTCue;
  const isAbove = typeof line === 'number' && (snapToLines ? line >= 0 && line < 5 : line < 50);
  return { text: plain(text), isAbove };
}

/** Without WebVTT's tags and with its six escapes undone. */
function plain(text: string): string {
  return text
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&nbsp;', '\u00a0')
    .replaceAll('&lrm;', '\u200e')
    .replaceAll('&rlm;', '\u200f')
    .replaceAll('&amp;', '&')
    .trim();
}

function isSame(one: readonly Caption[], other: readonly Caption[]): boolean {
  return (
    one.length === other.length &&
    one.every(
      (caption, index) => caption.text === other[index]?.text && caption.isAbove === other[index]?.isAbove,
    )
  );
}
