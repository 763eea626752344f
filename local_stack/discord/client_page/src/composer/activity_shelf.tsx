/** The shelf of Activities beside the composer: opening one from it uses the application's Entry Point command. */

import { CommandType } from '../api/world';
import { Avatar } from '../layout/avatar';
import { Icon } from '../layout/icons';
import { usePopup } from '../layout/use_popup';
import { useDesk } from '../state/desk';

export function ActivityShelf() {
  const { world, commands, deeds } = useDesk();
  const { isOpen, frame, toggle, close } = usePopup<HTMLDivElement>();
  const entryPoint = commands.find((command) => command.type === CommandType.entryPoint);
  if (entryPoint === undefined) {
    return null;
  }
  const { application } = world;

  function enter(name: string) {
    close();
    void deeds.enter(name);
  }

  return (
    <div class="shelf" ref={frame}>
      <button
        type="button"
        class="icon-button"
        aria-label="Activities"
        title="Activities"
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onClick={toggle}
      >
        <Icon name="rocket" />
      </button>
      {isOpen && (
        <div class="shelf-panel" role="dialog" aria-label="Activities">
          <h2>Activities</h2>
          <button type="button" class="shelf-card" onClick={() => enter(entryPoint.name)}>
            <Avatar url={application.avatar_url} name={application.name} size={40} shape="rounded" />
            <span class="shelf-words">
              <strong>{application.name}</strong>
              <span>{entryPoint.description === '' ? entryPoint.name : entryPoint.description}</span>
            </span>
          </button>
        </div>
      )}
    </div>
  );
}
