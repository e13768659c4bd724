/** Where a date is picked; one that is half typed is none yet. */

interface DateFieldProps {
  label: string;
  /** As in `2026-11-22`; undefined where none is picked. */
  date: string | undefined;
  onPick(date: string): void;
}

export function DateField({ label, date, onPick }: DateFieldProps) {
  return (
    <label class="date">
      {label}{' '}
      <input type="date" value={date ?? ''} onChange={({ currentTarget: { value } }) => value && onPick(value)} />
    </label>
  );
}
