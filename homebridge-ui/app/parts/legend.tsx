/** What the colours of a heatmap stand for. */
import { plural } from '../words.ts';

export function Legend({ most }: { most: number }) {
  return (
    <p class="legend" aria-hidden="true">
      <span class="swatch no-data" /> no data
      <span class="swatch shade-0" /> none
      {[1, 2, 3, 4, 5].map((level) => (
        <span key={level} class={`swatch shade-${level}`} />
      ))}
      {most > 0 && `up to ${plural(most, 'visit')}`}
    </p>
  );
}
