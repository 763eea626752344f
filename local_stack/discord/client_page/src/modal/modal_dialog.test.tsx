import { fireEvent, screen, waitFor } from '@testing-library/preact';
import { describe, expect, it } from 'vitest';
import type { Modal } from '../api/components';
import { useDesk } from '../state/desk';
import { renderAtDesk } from '../testing/at_desk';
import { BO, GENERAL } from '../testing/little_world';
import { ModalDialog } from './modal_dialog';

const MODAL: Modal = {
  custom_id: 'edit',
  title: 'Edit the meeting',
  components: [
    { type: 18, label: 'Title', component: { type: 4, custom_id: 'title', style: 1, max_length: 100 } },
    { type: 18, label: 'Moderator', component: { type: 5, custom_id: 'who', required: false } },
    { type: 18, label: 'Public', component: { type: 23, custom_id: 'loud' } },
  ],
};

const WITH_FILES: Modal = {
  custom_id: 'upload',
  title: 'Files',
  components: [
    {
      type: 18,
      label: 'Files',
      component: { type: 19, custom_id: 'files', max_values: 2, file_types: ['image', '.json'] },
    },
  ],
};

function Opened() {
  const { state } = useDesk();
  return state.modal === null ? <p>closed</p> : <ModalDialog open={state.modal} />;
}

function open() {
  return renderAtDesk(<Opened />, {
    state: { modal: { modal: MODAL, channelId: GENERAL, messageId: null } },
  });
}

describe('a modal', () => {
  it('sends what was filled in, and closes', async () => {
    const { discord } = open();
    expect(screen.getByRole('dialog', { name: 'Edit the meeting' })).toBeDefined();
    fireEvent.input(screen.getByRole('textbox', { name: 'Title' }), { target: { value: 'Waves' } });
    fireEvent.click(screen.getByRole('combobox', { name: 'Moderator' }));
    fireEvent.click(screen.getByRole('option', { name: /Bo/ }));
    fireEvent.click(screen.getByRole('checkbox', { name: 'Public' }));
    fireEvent.click(screen.getByRole('button', { name: 'Submit' }));
    await screen.findByText('closed');
    expect(discord.interactions[0]).toMatchObject({
      modal: 'edit',
      fields: { title: 'Waves', who: [BO], loud: true },
    });
  });

  it('counts characters', () => {
    open();
    fireEvent.input(screen.getByRole('textbox', { name: 'Title' }), { target: { value: 'Waves' } });
    expect(screen.getByText('5/100')).toBeDefined();
  });

  it('stays open while something required is missing', async () => {
    const { discord } = open();
    fireEvent.click(screen.getByRole('button', { name: 'Submit' }));
    expect((await screen.findByRole('alert')).textContent).toBe('This field is required.');
    expect(discord.interactions).toEqual([]);
  });

  it('hands files over, as many as it takes', async () => {
    const { discord } = renderAtDesk(<Opened />, {
      state: { modal: { modal: WITH_FILES, channelId: GENERAL, messageId: null } },
    });
    const files = ['a.png', 'b.json', 'c.json'].map((name) => new File(['x'], name, { type: 'image/png' }));
    fireEvent.change(screen.getByLabelText('Files', { selector: 'input' }), { target: { files } });
    await screen.findByText('b.json');
    expect(discord.uploaded).toEqual(['a.png', 'b.json']);
    expect(screen.queryByRole('button', { name: 'Files: choose a file' })).toBeNull();
    fireEvent.click(screen.getByRole('button', { name: 'Remove a.png' }));
    fireEvent.click(screen.getByRole('button', { name: 'Submit' }));
    await screen.findByText('closed');
    expect(discord.interactions[0]).toMatchObject({ modal: 'upload', fields: { files: ['file-2'] } });
  });

  it('is given up with Cancel', async () => {
    const { discord } = open();
    fireEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    await waitFor(() => expect(screen.getByText('closed')).toBeDefined());
    expect(discord.interactions).toEqual([]);
  });
});
