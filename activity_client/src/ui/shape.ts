/** The shape of the page: Discord's layout where it tells one, else by the window's size. */

import { useEffect, useState } from 'preact/hooks';
import type { Frame } from '../discord/frame';
import type { Readable } from '../store';
import { measureSafeArea } from './safe_area';
import { useStore } from './use_store';

export type Shape = 'landscape' | 'portrait' | 'pip' | 'grid';

/** Smaller than that, nothing but the video has room. */
const TINY = '(max-width: 319px), (max-height: 179px)';
const TALL = '(max-aspect-ratio: 4/5)';

export function useShape(frame: Readable<Frame>): Shape {
  const layout = useStore(frame, (one) => one.layout);
  const changes = useStore(frame, (one) => one.shapeChanges);
  const isTiny = useMedia(TINY);
  const isTall = useMedia(TALL);
  useEffect(() => measureSafeArea(document.documentElement), [changes, isTall]);
  if (layout === 'pip' || (layout === 'focused' && isTiny)) {
    return 'pip';
  }
  if (layout === 'grid') {
    return 'grid';
  }
  return isTall ? 'portrait' : 'landscape';
}

function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const list = matchMedia(query);
    const look = () => setMatches(list.matches);
    look();
    list.addEventListener('change', look);
    return () => list.removeEventListener('change', look);
  }, [query]);
  return matches;
}
