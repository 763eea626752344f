/** Who is here, who has the remote, and, for the host, what each may do. */

import { useState } from 'preact/hooks';
import type { Participant, WaitFor } from '../../sync/protocol';
import type { RoomView } from '../../sync/room_view';
import { useInside, useView } from '../room_context';
import { MARK_WORDS, markOf } from '../words/people_words';
import { bufferingWords, remoteWords } from '../words/room_words';
import { Avatar } from './avatar';
import { Button, IconButton } from './button';
import { Choices } from './choices';

export function PeoplePanel() {
  const view = useView((one) => one);
  const mayLead = leads(view);
  return (
    <>
      <RemoteLine view={view} />
      <h3 class="panel-head">{view.total === 1 ? 'Only you are here' : `${view.total} here`}</h3>
      <ul class="people">
        {view.roster.map((one) => (
          <Person key={one.user_id} person={one} view={view} mayLead={mayLead} />
        ))}
      </ul>
      {view.total > view.roster.length && <p class="quiet">And {view.total - view.roster.length} more.</p>}
      <Invitation />
      {mayLead ? <Rules view={view} /> : <p class="quiet rules-words">{waitingRule(view)}</p>}
    </>
  );
}

/** May hand over, lock, and change the rules: the host, or a moderator of this server. */
export function leads(view: RoomView): boolean {
  return view.isHost || view.you?.level === 'moderator' || view.you?.level === 'admin';
}

function RemoteLine({ view }: { readonly view: RoomView }) {
  const { desk, room } = useInside();
  return (
    <div class="remote-line">
      <p>{remoteWords(view)}</p>
      {view.iMayControl && (
        <Button icon="film" onPress={() => desk.open('choose')}>
          {view.media === null ? 'Choose a video' : 'Change the video'}
        </Button>
      )}
      {mayAsk(view) && (
        <Button icon="hand" kind="primary" onPress={() => room.remote.requestControl()}>
          Ask for the remote
        </Button>
      )}
    </div>
  );
}

export function mayAsk(view: RoomView): boolean {
  return view.whyNot === 'host_controls';
}

interface PersonProps {
  readonly person: Participant;
  readonly view: RoomView;
  readonly mayLead: boolean;
}

function Person({ person, view, mayLead }: PersonProps) {
  const [isOpen, setOpen] = useState(false);
  const isHost = person.user_id === view.host?.user_id;
  const isYou = person.user_id === view.you?.userId;
  const isBarred = view.control?.barred.includes(person.user_id) ?? false;
  const words = [
    isHost ? 'has the remote' : null,
    isBarred ? 'may not control' : null,
    markWords(person),
    person.via === 'browser' ? 'in a browser tab' : null,
  ].filter((one) => one !== null);
  return (
    <li class="person">
      <Avatar
        userId={person.user_id}
        name={person.name}
        hash={person.avatar}
        size={32}
        isHost={isHost}
        mark={markOf(person)}
      />
      <span class="person-words">
        <span class="person-name">
          {person.name}
          {isYou && <span class="quiet"> (you)</span>}
        </span>
        {words.length > 0 && <span class="person-state">{words.join(' · ')}</span>}
      </span>
      {mayLead && !isHost && (
        <IconButton
          icon="more"
          label={`What ${person.name} may do`}
          size={20}
          isExpanded={isOpen}
          onPress={() => setOpen(!isOpen)}
        />
      )}
      {isOpen && mayLead && !isHost && <PersonDeeds person={person} isYou={isYou} isBarred={isBarred} />}
    </li>
  );
}

function PersonDeeds(props: {
  readonly person: Participant;
  readonly isYou: boolean;
  readonly isBarred: boolean;
}) {
  const { remote } = useInside().room;
  const { user_id: id, name } = props.person;
  return (
    <div class="person-deeds">
      <Button icon="crown" onPress={() => remote.transferHost(id)}>
        {props.isYou ? 'Take the remote' : `Hand the remote to ${name}`}
      </Button>
      {!props.isYou && (
        <Button icon="lock" onPress={() => remote.setControl(props.isBarred ? { unbar: id } : { bar: id })}>
          {props.isBarred ? `Give ${name}’s control back` : `Take ${name}’s control away`}
        </Button>
      )}
    </div>
  );
}

function markWords(person: Participant): string | null {
  const mark = markOf(person);
  return mark === null ? null : MARK_WORDS[mark];
}

function Rules({ view }: { readonly view: RoomView }) {
  const { remote } = useInside().room;
  const [isClosing, setClosing] = useState(false);
  if (view.control === null) {
    return null;
  }
  const { mode, locked, wait_for_buffering } = view.control;
  return (
    <div class="rules">
      <Choices
        legend="Who may play, pause and jump"
        name="mode"
        isRow
        choices={[
          { value: 'host' as const, label: 'Only the host' },
          { value: 'everyone' as const, label: 'Everyone' },
        ]}
        chosen={mode}
        onChoose={(value) => remote.setControl({ mode: value })}
      />
      <label class="choice choice-switch">
        <span>
          Lock the remote
          <small>Only the host controls, and nobody can ask.</small>
        </span>
        <input type="checkbox" checked={locked} onChange={() => remote.setControl({ locked: !locked })} />
      </label>
      <Choices
        legend="When a video buffers, wait for"
        name="wait"
        isRow
        choices={WAITING}
        chosen={wait_for_buffering}
        onChoose={(value) => remote.setControl({ wait_for_buffering: value })}
      />
      <p class="quiet">{bufferingWords(wait_for_buffering)}</p>
      {isClosing ? (
        <div class="closing">
          <p>Close the room for everyone?</p>
          <Button kind="danger" onPress={() => remote.closeRoom()}>
            Close it
          </Button>
          <Button onPress={() => setClosing(false)}>Keep it open</Button>
        </div>
      ) : (
        <Button kind="link" onPress={() => setClosing(true)}>
          Close this room
        </Button>
      )}
    </div>
  );
}

const WAITING: readonly { value: WaitFor; label: string }[] = [
  { value: 'nobody', label: 'Nobody' },
  { value: 'host', label: 'The host' },
  { value: 'everyone', label: 'Everyone' },
];

function waitingRule(view: RoomView): string {
  return view.control === null ? '' : bufferingWords(view.control.wait_for_buffering);
}

function Invitation() {
  const { desk, room } = useInside();
  const title = useView((view) => view.media?.title ?? null);
  const { outward } = room;
  if (outward === null) {
    return null;
  }
  const tell = (outcome: Promise<string | null>) =>
    void outcome.then((words) => {
      if (words !== null) {
        desk.note(words);
      }
    });
  const words = title === null ? 'Watch Together' : `Watching “${title}” together. Join in.`;
  return (
    <div class="invitation">
      <Button icon="invite" onPress={() => tell(outward.invite())}>
        Invite people
      </Button>
      <Button icon="share" onPress={() => tell(outward.share(words))}>
        Share a link
      </Button>
    </div>
  );
}
