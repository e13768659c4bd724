/** Counts and rates as the report writes them. */

export function perMillion(rate: number): string {
  const value = rate * 1e6;
  return value === 0 ? '0' : value < 10 ? value.toFixed(1) : value.toFixed(0);
}

export function percent(part: number, whole: number): string {
  return whole === 0 ? '-' : `${((100 * part) / whole).toFixed(2)} %`;
}

export function quantiles(values: readonly number[], shares: readonly number[]): number[] {
  const sorted = Float64Array.from(values).sort();
  return shares.map((share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN);
}

export function sum<T>(values: readonly T[], of: (value: T) => number): number {
  return values.reduce((total, value) => total + of(value), 0);
}

export function share(value: number): string {
  return `${Number((value * 100).toFixed(2))} %`;
}
