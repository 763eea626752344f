/** A person's picture; letters where there is none, or where it doesn't load. */

import { useState } from 'preact/hooks';
import { avatarAddress } from '../../discord/avatars';
import { Icon, type IconName } from '../icons';
import { colourOf, initials, type Mark } from '../words/people_words';

interface AvatarProps {
  readonly userId: string;
  readonly name: string;
  readonly hash: string | null | undefined;
  readonly size: number;
  readonly isHost?: boolean;
  readonly mark?: Mark;
}

const MARK_ICONS: Record<Exclude<Mark, null>, IconName> = {
  buffering: 'wait',
  loading: 'wait',
  free: 'apart',
  away: 'away',
};

/** Only a picture: what it shows is said in words beside it. */
export function Avatar({ userId, name, hash, size, isHost = false, mark = null }: AvatarProps) {
  const [broken, setBroken] = useState<string | null>(null);
  const address = avatarAddress(userId, hash);
  const isPicture = address !== null && broken !== address;
  return (
    <span class="avatar" style={{ width: `${size}px`, height: `${size}px` }} aria-hidden="true">
      {isPicture ? (
        <img src={address} alt="" width={size} height={size} onError={() => setBroken(address)} />
      ) : (
        <span
          class="avatar-letters"
          style={{ background: colourOf(userId), fontSize: `${Math.round(size * 0.4)}px` }}
        >
          {initials(name)}
        </span>
      )}
      {isHost && (
        <span class="avatar-crown">
          <Icon name="crown" size={Math.round(size * 0.5)} />
        </span>
      )}
      {mark !== null && (
        <span class={`avatar-mark mark-${mark}`}>
          <Icon name={MARK_ICONS[mark]} size={Math.round(size * 0.4)} />
        </span>
      )}
    </span>
  );
}
