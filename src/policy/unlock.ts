/** May it unlock? A list of gates, all of which must pass; every one is stored and shown. Pure. */
import type { Decision } from './decision.ts';
import { agreeingSightings, faceGates, identityGates } from './seen-gates.ts';
import { standing, standingGates } from './standing-gates.ts';
import type { UnlockInput } from './unlock-input.ts';

/** Decides one visit as it stands; called again with every frame. */
export function decideUnlock(input: UnlockInput): Decision {
  const gates = [...standingGates(input), ...faceGates(input), ...identityGates(input)];
  return { unlock: gates.every((gate) => gate.pass), gates };
}

/** Everything passed but the mode, in which an owner opens. */
export function awaitsOwner({ gates }: Decision): boolean {
  const mode = gates.find(({ gate }) => gate === 'mode');
  return mode?.value === 'confirm' && gates.every(({ gate, pass }) => pass || gate === 'mode');
}

/** A face was taken for someone enrolled in at least one usable frame, and yet refused for who it was. */
export function isMiss(input: UnlockInput, decision: Decision): boolean {
  if (input.rules.mode === 'off' || !input.armed) return false;
  if (decision.unlock || agreeingSightings(input).length === 0) return false;
  const refused = ['contradicting', 'similarity', 'margin', 'anti-spoof', 'screen'];
  return decision.gates.some((gate) => !gate.pass && refused.includes(gate.gate));
}

/** Nothing the next frames could show would change the decision: it is open, or shut for reasons not seen in frames. */
export function isSettled(decision: Decision): boolean {
  const failing = decision.gates.filter((gate) => !gate.pass);
  return failing.every((gate) => standing.includes(gate.gate));
}
