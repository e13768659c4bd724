/** How far back to look: the usual spans, or two dates. */
import { go, linkTo, type ViewName } from '../route.ts';
import { DateField } from './date-field.tsx';

export const spans = [
  [7, '7 days'],
  [30, '30 days'],
  [90, '90 days'],
  [365, '1 year'],
] as const;

/** The parameters of a range as the address has them. */
export function rangeOf(params: URLSearchParams, byDefault: number): Record<string, string> {
  const [first, last] = [params.get('first'), params.get('last')];
  return first && last ? { first, last } : { days: params.get('days') ?? String(byDefault) };
}

interface RangePickerProps {
  view: ViewName;
  params: URLSearchParams;
  byDefault: number;
}

export function RangePicker({ view, params, byDefault }: RangePickerProps) {
  const range = rangeOf(params, byDefault);
  const others = Object.fromEntries([...params].filter(([key]) => !['days', 'first', 'last'].includes(key)));
  const pick = (more: Record<string, string>) => go(linkTo(view, { ...others, ...more }));
  const date = (which: 'first' | 'last', value: string) => {
    const dates = { first: params.get('first') ?? value, last: params.get('last') ?? value, [which]: value };
    if (dates.first <= dates.last) pick(dates);
    else pick({ first: value, last: value });
  };
  return (
    <fieldset class="chips range">
      <legend>Range</legend>
      {spans.map(([days, words]) => (
        <button
          key={days}
          type="button"
          class="chip"
          aria-pressed={range.days === String(days)}
          onClick={() => pick({ days: String(days) })}
        >
          {words}
        </button>
      ))}
      <DateField label="From" date={range.first} onPick={(value) => date('first', value)} />
      <DateField label="to" date={range.last} onPick={(value) => date('last', value)} />
    </fieldset>
  );
}
