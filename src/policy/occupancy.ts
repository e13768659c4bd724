/** Which occupancy sensors there are, and which are on: each until nothing was seen for its hold time. Pure. */

/** `camera-…`, `person-…`, `label-…` or `stranger`; stable. */
export type SensorId = `camera-${string}` | `person-${number}` | `label-${string}` | 'stranger';

export interface Sensor {
  id: SensorId;
  /** As the Home app shows it. */
  name: string;
}

export interface SensorRules {
  /** Whether there is a sensor for each enrolled person. */
  people: boolean;
  stranger: boolean;
  /** The COCO class names with a sensor each. */
  labels: readonly string[];
}

/** What was seen at one time. */
export interface Observation {
  cameraId: string;
  /** COCO class names. */
  labels: readonly string[];
  /** The enrolled people that were named. */
  personIds: readonly number[];
  /** A face nobody enrolled. */
  stranger: boolean;
}

/** When what each sensor stands for was last seen, milliseconds since the epoch. */
export type LastSeen = ReadonlyMap<SensorId, number>;

export function sensors(
  rules: SensorRules,
  cameras: readonly { id: string; name: string }[],
  people: readonly { id: number; displayName: string }[],
): Sensor[] {
  return [
    ...cameras.map(({ id, name }): Sensor => ({ id: `camera-${id}`, name: `${name} Occupancy` })),
    ...(rules.people ? people : []).map(({ id, displayName }): Sensor => ({ id: `person-${id}`, name: displayName })),
    ...rules.labels.map((label): Sensor => ({ id: labelId(label), name: capitalised(label) })),
    ...(rules.stranger ? [{ id: 'stranger', name: 'Stranger' } as const] : []),
  ];
}

/** `at` is when we saw it, not when a picture was taken: a clip that arrives late must not turn a sensor off. */
export function observe(
  before: LastSeen,
  { cameraId, labels, personIds, stranger }: Observation,
  at: number,
): LastSeen {
  const someone = labels.includes('person') || personIds.length > 0 || stranger;
  const seen: SensorId[] = [
    ...labels.map(labelId),
    ...personIds.map((id): SensorId => `person-${id}`),
    ...(someone ? [`camera-${cameraId}` as const] : []),
    ...(stranger ? (['stranger'] as const) : []),
  ];
  return new Map([...before, ...seen.map((id) => [id, at] as const)]);
}

/** A time in the future is one from before the clock was put back: it counts as long as one in the past would. */
export function isOccupied(lastSeen: LastSeen, id: SensorId, now: number, holdSeconds: number): boolean {
  const at = lastSeen.get(id);
  return at !== undefined && Math.abs(now - at) < holdSeconds * 1000;
}

/** Milliseconds until the next sensor that is on turns off, null where none is on. */
export function untilNextChange(lastSeen: LastSeen, now: number, holdSeconds: number): number | null {
  const left = [...lastSeen]
    .filter(([id]) => isOccupied(lastSeen, id, now, holdSeconds))
    .map(([, at]) => at + holdSeconds * 1000 - now);
  return left.length > 0 ? Math.min(...left) : null;
}

function labelId(label: string): SensorId {
  return `label-${label.replaceAll(' ', '-')}`;
}

function capitalised(label: string): string {
  return label.replace(/\b\p{L}/gu, (letter) => letter.toUpperCase());
}
