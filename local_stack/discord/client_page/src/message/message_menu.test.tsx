import { fireEvent, screen, waitFor } from '@testing-library/preact';
import { describe, expect, it } from 'vitest';
import type { Command } from '../api/world';
import { renderAtDesk } from '../testing/at_desk';
import { FakeDiscord, outcome } from '../testing/fake_discord';
import { ANN, answer, GENERAL, LIST, message, WATCH_MESSAGE } from '../testing/little_world';
import { MessageMenu } from './message_menu';

class WithMenu extends FakeDiscord {
  override offered: Command[] = [LIST, WATCH_MESSAGE];
}

function apps(): HTMLElement {
  return screen.getByRole('button', { name: 'Apps' });
}

describe('the menu of a message', () => {
  it('offers the commands for messages, and uses the chosen one on this message', async () => {
    const seen = renderAtDesk(<MessageMenu message={message('7')} />, { discord: new WithMenu() });
    expect(screen.queryByRole('menu')).toBeNull();
    fireEvent.click(apps());
    const items = screen.getAllByRole('menuitem');
    expect(items.map((item) => item.textContent)).toEqual(['Watch togetherK']);
    fireEvent.click(screen.getByRole('menuitem', { name: /Watch together/ }));
    await waitFor(() =>
      expect(seen.discord.interactions).toEqual([
        { user_id: ANN, channel_id: GENERAL, command: 'Watch together', target_message_id: '7' },
      ]),
    );
    expect(screen.queryByRole('menu')).toBeNull();
  });

  it('opens the Activity that the command launches', async () => {
    const discord = new WithMenu();
    discord.outcomes = [outcome({ outcome: 'launch', activity_instance_id: 'i-1' })];
    const seen = renderAtDesk(<MessageMenu message={message('7')} />, { discord });
    fireEvent.click(apps());
    fireEvent.click(screen.getByRole('menuitem', { name: /Watch together/ }));
    await waitFor(() => expect(seen.opened).toEqual(['i-1']));
  });

  it('closes by Escape and by a press elsewhere', async () => {
    renderAtDesk(<MessageMenu message={message('7')} />, { discord: new WithMenu() });
    fireEvent.click(apps());
    fireEvent.keyDown(document, { key: 'Escape' });
    await waitFor(() => expect(screen.queryByRole('menu')).toBeNull());
    expect(document.activeElement).toBe(apps());
    fireEvent.click(apps());
    fireEvent.pointerDown(document.body);
    await waitFor(() => expect(screen.queryByRole('menu')).toBeNull());
  });

  it('is not there without such commands, on private messages, and while the application thinks', () => {
    renderAtDesk(<MessageMenu message={message('7')} />);
    const discord = new WithMenu();
    const privately = { ephemeral_for: ANN, state: 'sent', failure: null } as const;
    const thinking = { ephemeral_for: null, state: 'thinking', failure: null } as const;
    renderAtDesk(<MessageMenu message={answer('8', { _sim: privately })} />, { discord });
    renderAtDesk(<MessageMenu message={answer('9', { _sim: thinking })} />, { discord });
    expect(screen.queryByRole('button', { name: 'Apps' })).toBeNull();
  });
});
