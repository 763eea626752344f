/** One of a few: a list of radio buttons, as large as a finger. */

interface Choice<Value> {
  readonly value: Value;
  readonly label: string;
}

interface ChoicesProps<Value> {
  readonly legend: string;
  readonly name: string;
  readonly choices: readonly Choice<Value>[];
  readonly chosen: Value;
  readonly onChoose: (value: Value) => void;
  /** Short words side by side instead of a list. */
  readonly isRow?: boolean;
}

export function Choices<Value extends string | number | null>(props: ChoicesProps<Value>) {
  const { legend, name, choices, chosen, onChoose, isRow } = props;
  return (
    <fieldset class={isRow ? 'choices choices-row' : 'choices'}>
      <legend>{legend}</legend>
      {choices.map(({ value, label }) => (
        <label key={String(value)} class="choice">
          <input type="radio" name={name} checked={value === chosen} onChange={() => onChoose(value)} />
          <span>{label}</span>
        </label>
      ))}
    </fieldset>
  );
}
