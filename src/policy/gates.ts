/** How a gate is made of what was seen and what it is held against. Pure. */
import type { Gate } from './decision.ts';

/** A missing or unordered value (null, NaN) never passes. */
export function atLeast(gate: string, value: number | null, limit: number): Gate {
  return { gate, pass: value !== null && value >= limit, value, limit };
}

export function atMost(gate: string, value: number | null, limit: number): Gate {
  return { gate, pass: value !== null && value <= limit, value, limit };
}
