import { fireEvent, screen, waitFor } from '@testing-library/preact';
import { describe, expect, it } from 'vitest';
import type { Command } from '../api/world';
import { renderAtDesk } from '../testing/at_desk';
import { FakeDiscord } from '../testing/fake_discord';
import { Composer } from './composer';

const CONFIG: Command = {
  id: '9',
  type: 1,
  name: 'config',
  description: 'Settings',
  options: [
    { type: 1, name: 'view', description: 'See them' },
    {
      type: 1,
      name: 'import',
      description: 'Take them from a file',
      options: [{ type: 11, name: 'file', description: 'Which', required: true, file_types: ['.json'] }],
    },
  ],
};

class WithImport extends FakeDiscord {
  override offered: Command[] = [CONFIG];
}

function begin(): FakeDiscord {
  const { discord } = renderAtDesk(<Composer wanted={{ name: 'config import' }} />, {
    discord: new WithImport(),
  });
  return discord;
}

const chooser = () => screen.getByLabelText('file', { selector: 'input' });
const choose = (name: string) => fireEvent.change(chooser(), { target: { files: [new File(['{}'], name)] } });

describe('an option that takes a file', () => {
  it('uploads what is chosen, shows its name and size, and sends its id', async () => {
    const discord = begin();
    choose('settings.json');
    const pill = await screen.findByRole('button', { name: 'file, settings.json' });
    expect(pill.textContent).toBe('settings.json2 bytes');
    expect(document.activeElement).toBe(pill);
    fireEvent.keyDown(pill, { key: 'Enter' });
    await waitFor(() => expect(discord.interactions).toHaveLength(1));
    expect(discord.interactions[0]).toMatchObject({ command: 'config import', options: { file: 'file-1' } });
  });

  it('lets a file go again', async () => {
    begin();
    choose('settings.json');
    const [remove] = await screen.findAllByRole('button', { name: 'Remove settings.json' });
    fireEvent.click(remove as HTMLElement);
    expect(screen.getByRole('button', { name: 'file, no file chosen' })).toBeDefined();
  });

  it('refuses a file of another type, and uploads nothing', async () => {
    const discord = begin();
    choose('settings.txt');
    expect((await screen.findByRole('alert')).textContent).toContain('.json');
    expect(discord.uploaded).toEqual([]);
  });

  it('says why a file was not uploaded', async () => {
    const discord = begin();
    discord.unreachable = true;
    choose('settings.json');
    expect((await screen.findByRole('alert')).textContent).toBe(
      'settings.json wasn’t uploaded. Nobody is there.',
    );
  });

  it('is asked for before the command is sent', () => {
    const discord = begin();
    fireEvent.click(screen.getByRole('button', { name: 'Run command' }));
    expect(screen.getByRole('alert').textContent).toContain('required');
    expect(discord.interactions).toEqual([]);
  });

  it('takes what is dropped on its box', async () => {
    begin();
    const box = screen.getByRole('button', { name: 'file: choose a file' });
    const dropped = new Event('drop', { bubbles: true });
    Object.assign(dropped, { dataTransfer: { files: [new File(['{}'], 'dropped.json')] } });
    fireEvent(box, dropped);
    expect(await screen.findByRole('button', { name: 'file, dropped.json' })).toBeDefined();
  });
});
