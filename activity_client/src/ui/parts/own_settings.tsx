/** What each viewer sets for themselves (captions, picture), and the room's speed for whoever may change it. */

import { useInside, usePlayer, useView } from '../room_context';
import { Choices } from './choices';

const RATES: readonly number[] = [0.5, 0.75, 1, 1.25, 1.5, 2];

export function CaptionsPanel() {
  const player = usePlayer();
  if (player.captionFiles.length === 0) {
    return <p class="quiet">This video has no captions.</p>;
  }
  const choices = player.captionFiles.map(({ label }, index) => ({ value: index as number | null, label }));
  return (
    <Choices
      legend="Only you see them"
      name="captions"
      choices={[{ value: null, label: 'Off' }, ...choices]}
      chosen={player.chosenCaptions}
      onChoose={(value) => player.chooseCaptions(value)}
    />
  );
}

export function SettingsPanel() {
  return (
    <>
      <Picture />
      <Speed />
    </>
  );
}

function Picture() {
  const player = usePlayer();
  if (player.levels.length < 2) {
    return <p class="quiet">This video comes in one quality.</p>;
  }
  return (
    <Choices
      legend="Picture, only for you"
      name="picture"
      choices={[
        { value: null as number | null, label: 'Automatic' },
        ...player.levels.map((lines) => ({ value: lines as number | null, label: `${lines}p` })),
      ]}
      chosen={player.chosenLevel}
      onChoose={(value) => player.chooseLevel(value)}
    />
  );
}

function Speed() {
  const { desk } = useInside();
  const rate = useView((view) => view.timeline?.rate ?? 1);
  const isLive = useView((view) => view.media?.kind === 'live');
  const mayChange = useView((view) => view.iMayControl);
  if (isLive) {
    return null;
  }
  if (!mayChange) {
    return <p class="quiet">Speed for everyone: {rate}×. Whoever has the remote can change it.</p>;
  }
  return (
    <Choices
      legend="Speed, for everyone"
      name="speed"
      isRow
      choices={RATES.map((one) => ({ value: one, label: one === 1 ? 'Normal' : `${one}×` }))}
      chosen={rate}
      onChoose={(value) => desk.setRate(value)}
    />
  );
}
