/** Where a person's name is typed. */
import { useId } from 'preact/hooks';

/** As the history keeps names. */
const longest = 64;

interface NameFieldProps {
  label: string;
  name: string;
  onChange(name: string): void;
  placeholder?: string;
  /** Names there are already, to choose from. */
  names?: readonly string[];
}

export function NameField({ label, name, onChange, placeholder, names }: NameFieldProps) {
  const id = useId();
  return (
    <>
      <label>
        {label}
        <input
          required
          maxLength={longest}
          list={names && id}
          placeholder={placeholder}
          dir="auto"
          value={name}
          onInput={(event) => onChange(event.currentTarget.value)}
        />
      </label>
      {names && (
        <datalist id={id}>
          {names.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      )}
    </>
  );
}
