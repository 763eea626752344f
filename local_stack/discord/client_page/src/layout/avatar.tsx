/** A person's, application's or server's picture; letters where there is none or it doesn't load. */

import { useState } from 'preact/hooks';
import { initials } from '../state/people';

interface AvatarProps {
  url: string | null | undefined;
  name: string;
  size: number;
  shape?: 'circle' | 'rounded';
}

export function Avatar({ url, name, size, shape = 'circle' }: AvatarProps) {
  const [broken, setBroken] = useState(false);
  const style = { width: `${size}px`, height: `${size}px`, fontSize: `${Math.round(size * 0.4)}px` };
  if (!url || broken) {
    return (
      <span class={`avatar avatar-${shape} avatar-letters`} style={style} aria-hidden="true">
        {initials(name)}
      </span>
    );
  }
  return (
    <img class={`avatar avatar-${shape}`} style={style} src={url} alt="" onError={() => setBroken(true)} />
  );
}
