/** The server's name; whoever manages the server finds behind it how to add the application and take it out. */

import { useDesk } from '../state/desk';
import { Icon } from './icons';
import { useAppDeeds } from './use_app_deeds';
import { usePopup } from './use_popup';

export function ServerMenu() {
  const { world, server, place, client } = useDesk();
  const { isOpen, frame, toggle, close } = usePopup<HTMLDivElement>();
  const { problem, attempt } = useAppDeeds();
  const { name } = world.application;
  if (!server.managers.includes(place.userId)) {
    return <div class="server-name">{server.name}</div>;
  }

  async function choose(deed: () => Promise<void>) {
    if (await attempt(deed)) {
      close();
    }
  }

  return (
    <div class="server-menu" ref={frame}>
      <button
        type="button"
        class="server-name server-menu-button"
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-label={`${server.name}, server actions`}
        onClick={toggle}
      >
        <span>{server.name}</span>
        <Icon name={isOpen ? 'close' : 'chevron'} size={18} />
      </button>
      {isOpen && (
        <div class="popup-menu server-menu-panel" role="menu" aria-label="Server actions">
          <button
            type="button"
            role="menuitem"
            class="popup-item"
            onClick={() => void choose(() => client.install(server.id, place.userId))}
          >
            <span>{server.has_app ? `Add ${name} again` : `Add ${name}`}</span>
            <Icon name="plus" size={18} />
          </button>
          {server.has_app && (
            <button
              type="button"
              role="menuitem"
              class="popup-item popup-item-danger"
              onClick={() => void choose(() => client.uninstall(server.id))}
            >
              <span>Remove {name}</span>
              <Icon name="trash" size={18} />
            </button>
          )}
          {problem !== null && (
            <p class="popup-problem" role="alert">
              {problem}
            </p>
          )}
        </div>
      )}
    </div>
  );
}
