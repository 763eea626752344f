/** Beneath what only one person sees, with the way to be rid of it. */

import { Icon } from '../layout/icons';

export function EphemeralBar({ onDismiss }: { onDismiss(): void }) {
  return (
    <div class="ephemeral-bar">
      <Icon name="eye" size={14} />
      <span>Only you can see this</span>
      <span aria-hidden="true">•</span>
      <button type="button" class="text-button" onClick={onDismiss}>
        Dismiss message
      </button>
    </div>
  );
}
