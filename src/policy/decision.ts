/** What a decision is made of: a list of gates, all of which must pass. */

export type GateValue = number | string | boolean | null;

export interface Gate {
  /** The gate's name, stable: it is stored and shown. */
  gate: string;
  pass: boolean;
  /** What was seen. */
  value: GateValue;
  /** What it was held against. */
  limit: GateValue;
}

export interface Decision {
  /** True only where every gate passed. */
  unlock: boolean;
  gates: Gate[];
}
