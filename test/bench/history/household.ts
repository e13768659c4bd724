/** Made-up days of a made-up household: who comes to which camera, when, and what the door says. */
import type { Gate } from '../../../src/policy/decision.ts';
import type { Box, Detection, Face } from '../../../src/vision/analysis.ts';
import type { Identity, Visit, VisitFace } from '../../../src/visits/visit.ts';
import type { Random } from './random.ts';

export const cameras = { 'front-door': 'Front door', garden: 'Garden', garage: 'Garage' } as const;
export const people = ['Anna', 'Ben', 'Chloé', 'Dev', 'Grandma'] as const;

type CameraId = keyof typeof cameras;

/** Visits by the hour of the day: a morning peak, an evening peak, quiet nights. */
const hours = [1, 1, 1, 1, 1, 2, 6, 14, 18, 9, 7, 8, 9, 8, 7, 9, 13, 18, 19, 15, 10, 7, 4, 2];
const weekendHours = [3, 2, 1, 1, 1, 1, 2, 4, 7, 11, 14, 15, 14, 13, 12, 12, 13, 14, 14, 13, 11, 9, 7, 5];

const hourMs = 60 * 60 * 1000;
const strangers = 400;

/** Ascending moments of `count` visits between two times. */
export function* moments(random: Random, count: number, from: number, to: number): Generator<number, void> {
  const days = Math.ceil((to - from) / (24 * hourMs));
  let left = count;
  for (let day = 0; day < days && left > 0; day++) {
    const midnight = from + day * 24 * hourMs;
    const weekend = [0, 6].includes(new Date(midnight).getUTCDay());
    const mean = left / (days - day);
    const today = day === days - 1 ? left : Math.min(left, Math.max(0, Math.round(random.around(mean, mean * 0.6))));
    const byHour = Object.fromEntries((weekend ? weekendHours : hours).map((weight, hour) => [hour, weight]));
    const times = Array.from({ length: today }, () =>
      Math.floor((Number(random.weighted(byHour)) + random.next()) * hourMs),
    );
    for (const time of times.sort((a, b) => a - b)) yield midnight + time;
    left -= today;
  }
}

export function visitAt(random: Random, at: number): Visit {
  const cameraId = random.weighted<CameraId>({ 'front-door': 6, garden: 3, garage: 2 });
  const who = random.weighted({ person: 40, stranger: 22, nobody: 38 });
  const lockId = cameraId === 'front-door' ? 'front' : null;
  const identity = identityOf(random, who);
  const failure = random.next() < 0.004 ? 'the vision process did not answer in time.' : null;
  const gates = lockId ? gatesOf(random, who) : [];
  const granted = gates.length > 0 && gates.every(({ pass }) => pass);
  const lockError = granted && random.next() < 0.01 ? 'the lock did not answer.' : null;
  const unlocked = granted && lockError === null;
  const decision = Math.max(200, random.around(1400, 700));
  const detections = detectionsOf(random, who);
  return {
    cameraId,
    trigger: random.weighted({ motion: 70, ding: cameraId === 'front-door' ? 29 : 0, manual: 1 }),
    triggeredAt: at,
    decidedAt: at + Math.round(decision),
    recordingId: random.next() < 0.5 ? `7${at}` : null,
    identity,
    decision: { unlock: granted, gates },
    unlocked,
    lockId,
    lockError,
    failure,
    frames: 3 + random.whole(12),
    bestFrame: { width: 1920, height: 1080, takenAt: at + 700, thumbnail: null },
    detections,
    faces: facesOf(random, identity),
    ignored: false,
    sentence: sentenceOf(random, { cameraId, identity, detections, unlocked, gates }),
    ms: {
      decode: random.around(60, 20),
      objects: random.around(420, 100),
      faces: random.around(160, 60),
      embeddings: random.around(110, 40),
      decision,
      unlock: unlocked ? random.around(900, 500) : null,
    },
  };
}

function identityOf(random: Random, who: Identity['kind']): Identity {
  if (who !== 'person') return { kind: who };
  const name = random.weighted({ Anna: 30, Ben: 28, Chloé: 20, Dev: 18, Grandma: 4 });
  return { kind: 'person', personId: people.indexOf(name) + 1, name, similarity: random.around(0.78, 0.08) };
}

function gatesOf(random: Random, who: Identity['kind']): Gate[] {
  const known = who === 'person' && random.next() < 0.85;
  const seen = who !== 'nobody';
  const gate = (name: string, pass: boolean, value: Gate['value'], limit: Gate['limit']): Gate => ({
    gate: name,
    pass,
    value,
    limit,
  });
  const one = random.next() > 0.06;
  const cooling = known && random.next() < 0.1;
  return [
    gate('mode', true, 'auto', 'auto'),
    gate('lock', true, 'locked', 'locked'),
    gate('lock-out', true, 0, 0),
    gate('cooldown', !cooling, cooling ? 12 : 0, 0),
    gate('live', seen, seen ? 0.4 : null, 3),
    gate('one-face', seen && one, seen ? (one ? 1 : 2) : null, 1),
    gate('face-size', seen, seen ? 96 : null, 60),
    gate('sharpness', seen, seen ? 88.5 : null, 20),
    gate('yaw', seen, seen ? 8.25 : null, 35),
    gate('pitch', seen, seen ? 4.5 : null, 30),
    gate('frames', known, known ? 4 : 0, 3),
    gate('span', known, known ? 1.6 : 0, 1),
    gate('contradicting', true, 0, 0),
    gate('similarity', known, seen ? (known ? 0.79 : 0.41) : null, 0.7),
    gate('margin', known, seen ? 0.3 : null, 0.08),
    gate('anti-spoof', known, known ? 0.9 : null, 0.3),
  ];
}

function detectionsOf(random: Random, who: Identity['kind']): Detection[] {
  const found: Detection[] = [];
  if (who !== 'nobody') found.push({ label: 'person', confidence: 0.9, box: boxOf(random, 300, 800) });
  const more = random.weighted({
    none: who === 'nobody' ? 10 : 70,
    cat: 14,
    dog: 12,
    car: 22,
    bicycle: 5,
    truck: 3,
    bird: 2,
    umbrella: 0.05,
  });
  if (more !== 'none') found.push({ label: more, confidence: 0.7, box: boxOf(random, 260, 180) });
  return found;
}

function boxOf(random: Random, width: number, height: number): Box {
  const x = Math.min(1900 - width, Math.max(0, random.around(900, 600)));
  const y = Math.min(1070 - height, Math.max(0, random.around(300, 200)));
  return [x, y, x + width, y + height];
}

function facesOf(random: Random, identity: Identity): VisitFace[] {
  if (identity.kind === 'nobody') return [];
  const [base, personId, name] =
    identity.kind === 'person'
      ? ([identity.personId, identity.personId, identity.name] as const)
      : ([1000 + random.whole(strangers), null, null] as const);
  return [
    {
      face: faceOf(random, base),
      personId,
      personName: name,
      similarity: identity.kind === 'person' ? identity.similarity : 0.4,
    },
  ];
}

function faceOf(random: Random, base: number): Face {
  const [x, y] = [Math.floor(random.next() * 1700), Math.floor(random.next() * 700)];
  return {
    box: [x, y, x + 120, y + 150],
    landmarks: {
      rightEye: [x + 30, y + 50],
      leftEye: [x + 90, y + 50],
      nose: [x + 60, y + 80],
      mouth: [x + 60, y + 115],
      rightEar: [x + 5, y + 60],
      leftEar: [x + 115, y + 60],
    },
    confidence: 0.95,
    pose: { yaw: random.around(0, 15), pitch: random.around(0, 10), roll: 0 },
    size: 120,
    sharpness: random.around(90, 40),
    antispoof: 0.9,
    liveness: 0.9,
    embedding: embeddingOf(random, base),
  };
}

const bases = new Map<number, Float32Array>();

/** Two pictures of one face have a cosine of about 0.8, of two faces about 0. */
export function embeddingOf(random: Random, base: number): Float32Array {
  const known =
    bases.get(base) ?? Float32Array.from({ length: 1024 }, (_, i) => Math.sin(base * 12.9898 + i * (78.233 + base)));
  bases.set(base, known);
  const values = new Float32Array(1024);
  let [sum, noise] = [0, random.whole(1 << 30)];
  for (let i = 0; i < 1024; i++) {
    noise = (Math.imul(noise, 1664525) + 1013904223) | 0;
    const value = (known[i] as number) + noise / 2 ** 31.4;
    values[i] = value;
    sum += value * value;
  }
  const length = Math.sqrt(sum);
  return values.map((value) => value / length);
}

function sentenceOf(
  random: Random,
  visit: Pick<Visit, 'identity' | 'detections' | 'unlocked'> & { cameraId: CameraId; gates: Gate[] },
): string {
  const where = cameras[visit.cameraId];
  const { identity } = visit;
  const who = identity.kind === 'person' ? identity.name : identity.kind === 'stranger' ? 'A stranger' : 'Something';
  const came =
    identity.kind === 'nobody'
      ? `${where} saw ${visit.detections.map(({ label }) => label).join(', ') || 'nothing known'}.`
      : `${who} was at ${where}.`;
  if (visit.gates.length === 0) return `${came} No lock belongs to this camera.`;
  if (visit.unlocked) return `${came} The door opened: 4 pictures over 1.6 s agreed, similarity 0.79 (0.70 is needed).`;
  const near = random.pick(people);
  return `${came} The door stayed shut: nearest is ${near} at 0.41, 0.7 is needed.`;
}
