/** Filters as chips: each is a button that is pressed or not. */

export interface Chip {
  value: string;
  words: string;
}

interface ChipsProps {
  legend: string;
  chips: readonly Chip[];
  chosen: readonly string[];
  onChange(chosen: string[]): void;
}

export function Chips({ legend, chips, chosen, onChange }: ChipsProps) {
  if (chips.length === 0) return null;
  const toggle = (value: string) =>
    onChange(chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value]);
  return (
    <fieldset class="chips">
      <legend>{legend}</legend>
      {chips.map(({ value, words }) => (
        <button
          key={value}
          type="button"
          class="chip"
          aria-pressed={chosen.includes(value)}
          onClick={() => toggle(value)}
        >
          {words}
        </button>
      ))}
    </fieldset>
  );
}
