/** What Discord asks the person on the frame's behalf: consent, leaving Discord, inviting, sharing. */

import { useEffect, useRef } from 'preact/hooks';
import type { Application } from '../api/world';
import { Avatar } from '../layout/avatar';

export type HostDialog =
  | { kind: 'consent'; scopes: string[]; settle(agreed: boolean): void }
  | { kind: 'link'; url: string; settle(agreed: boolean): void }
  | { kind: 'invite'; settle(agreed: boolean): void }
  | { kind: 'share'; message: string; settle(agreed: boolean): void };

const SCOPES_IN_WORDS: Record<string, string> = {
  identify: 'Access your username and avatar',
  guilds: 'Know what servers you’re in',
  'guilds.members.read': 'Read your member info (nickname, avatar, roles) in servers you belong to',
  'applications.commands': 'Add commands to a server',
  'rpc.activities.write': 'Update your activity status',
  'rpc.voice.read': 'See who is in your voice channel and speaks',
  email: 'Access your email address',
};

interface Words {
  title: string;
  text: string;
  list: string[];
  yes: string;
  no: string;
}

function wordsOf(dialog: HostDialog, application: Application): Words {
  switch (dialog.kind) {
    case 'consent':
      return {
        title: `${application.name} wants to access your Discord account`,
        text: 'This will allow the developer to:',
        list: dialog.scopes.map((scope) => SCOPES_IN_WORDS[scope] ?? scope),
        yes: 'Authorize',
        no: 'Cancel',
      };
    case 'link':
      return { title: 'Leaving Discord', text: dialog.url, list: [], yes: 'Visit site', no: 'Go back' };
    case 'invite':
      return {
        title: 'Invite friends to the Activity',
        text: 'Whoever may see this channel can join.',
        list: [],
        yes: 'Done',
        no: 'Close',
      };
    case 'share':
      return { title: 'Share this Activity', text: dialog.message, list: [], yes: 'Send', no: 'Cancel' };
  }
}

export function HostDialogBox({ dialog, application }: { dialog: HostDialog; application: Application }) {
  const box = useRef<HTMLDialogElement>(null);
  const words = wordsOf(dialog, application);
  useEffect(() => {
    box.current?.querySelector<HTMLButtonElement>('.button-primary')?.focus();
  }, []);
  return (
    <div class="host-shade">
      <dialog ref={box} open class="host-dialog" aria-label={words.title}>
        {dialog.kind === 'consent' && (
          <Avatar url={application.avatar_url} name={application.name} size={64} />
        )}
        <h2>{words.title}</h2>
        <p class={dialog.kind === 'link' ? 'host-dialog-url' : undefined}>{words.text}</p>
        {words.list.length > 0 && (
          <ul>
            {words.list.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        )}
        <div class="host-dialog-buttons">
          <button type="button" class="button button-secondary" onClick={() => dialog.settle(false)}>
            {words.no}
          </button>
          <button type="button" class="button button-primary" onClick={() => dialog.settle(true)}>
            {words.yes}
          </button>
        </div>
      </dialog>
    </div>
  );
}
