/** The application in somebody's own account: adding it, and taking back what they authorised. */

import { useDesk } from '../state/desk';
import { Icon } from './icons';
import { useAppDeeds } from './use_app_deeds';

export function AppAccess() {
  const { world, place, client } = useDesk();
  const { problem, attempt } = useAppDeeds();
  const { name, authorized_by } = world.application;
  const isAuthorized = authorized_by.includes(place.userId);
  const deed = () => (isAuthorized ? client.deauthorizeApp(place.userId) : client.authorizeApp(place.userId));
  return (
    <div class="app-access">
      <button
        type="button"
        class={isAuthorized ? 'popup-item popup-item-danger' : 'popup-item'}
        // The list beside it keeps the focus, so that it stays open.
        onMouseDown={(event) => event.preventDefault()}
        onClick={() => void attempt(deed)}
      >
        <span>{isAuthorized ? `Remove ${name}’s authorisation` : `Add ${name} to my account`}</span>
        <Icon name={isAuthorized ? 'trash' : 'plus'} size={18} />
      </button>
      {problem !== null && (
        <p class="popup-problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
