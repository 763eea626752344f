/** "Apps" on a message, as Discord's menu has it: the commands that applications offer for messages. */

import type { Message } from '../api/messages';
import { CommandType } from '../api/world';
import { Avatar } from '../layout/avatar';
import { Icon } from '../layout/icons';
import { usePopup } from '../layout/use_popup';
import { useDesk } from '../state/desk';

export function MessageMenu({ message }: { message: Message }) {
  const { world, commands, deeds } = useDesk();
  const { isOpen, frame, toggle, close } = usePopup<HTMLDivElement>();
  const offered = commands.filter((command) => command.type === CommandType.message);
  const isPrivate = message._sim.ephemeral_for !== null;
  if (offered.length === 0 || isPrivate || message._sim.state !== 'sent') {
    return null;
  }

  function choose(name: string) {
    close();
    void deeds.runOnMessage(name, message.id);
  }

  return (
    <div class={isOpen ? 'message-menu message-menu-open' : 'message-menu'} ref={frame}>
      <button
        type="button"
        class="icon-button"
        aria-label="Apps"
        title="Apps"
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onClick={toggle}
      >
        <Icon name="apps" />
      </button>
      {isOpen && (
        <div class="popup-menu" role="menu" aria-label="Apps">
          {offered.map((command) => (
            <button
              key={command.id}
              type="button"
              role="menuitem"
              class="popup-item"
              onClick={() => choose(command.name)}
            >
              <span>{command.name}</span>
              <Avatar url={world.application.avatar_url} name={world.application.name} size={20} />
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
