/** Timings as medians of interleaved rounds: whatever else the machine does, it does to all contestants alike. */

export interface Contestant {
  name: string;
  run(): Promise<unknown>;
}

/** Median milliseconds of each contestant, by name. Each round runs every contestant once, in turn. */
export async function race(contestants: readonly Contestant[], rounds: number): Promise<Map<string, number>> {
  const times = new Map(contestants.map(({ name }) => [name, [] as number[]]));
  for (const { run } of contestants) for (let warm = 0; warm < 3; warm++) await run();
  for (let round = 0; round < rounds; round++) {
    for (const { name, run } of contestants) {
      const began = performance.now();
      await run();
      times.get(name)?.push(performance.now() - began);
    }
  }
  return new Map([...times].map(([name, all]) => [name, median(all)]));
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Of unsorted values; NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** Columns padded to their widest cell; numbers to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join('  '),
    )
    .join('\n');
}
