/** What the family hears of the locks, and what is broken: each once, and once more when it works again. */
import { describe, expect, it } from 'vitest';
import type { Alert } from '../src/alerts/alert.ts';
import { CameraRounds } from '../src/camera-rounds.ts';
import type { Camera } from '../src/cameras/camera.ts';
import { Troubles } from '../src/troubles.ts';
import { Watchman } from '../src/watchman.ts';
import { VirtualClock } from './fakes/clock.ts';
import { FakeLock } from './fakes/lock.ts';

function watched(leftOpenMinutes = 10) {
  const clock = new VirtualClock();
  const lock = new FakeLock();
  const told: string[] = [];
  const tell = ({ kind, text }: Alert) => void told.push(`${kind}: ${text}`);
  const troubles = new Troubles(
    clock,
    (sentence, healed) => void told.push(`${healed ? 'healed' : 'broken'}: ${sentence}`),
  );
  const watchman = new Watchman([lock], { clock, troubles, leftOpenMinutes, tell });
  watchman.start();
  return { clock, lock, told, watchman };
}

const minutes = (count: number) => count * 60_000;

describe('a lock', () => {
  it('that jams is told at once', () => {
    const { lock, told } = watched();
    lock.become('jammed');
    expect(told).toEqual(['jammed: Front lock is jammed: look at the door.']);
  });

  it('that stays unlocked is told once, after its time', async () => {
    const { lock, told, clock } = watched();
    lock.become('unlocked');
    await clock.advance(minutes(10) - 1);
    expect(told).toEqual([]);
    await clock.advance(minutes(60));
    expect(told).toEqual(['left-open: Front lock has been open for 10 minutes.']);
  });

  it('that locks in time is not', async () => {
    const { lock, told, clock } = watched();
    lock.become('unlocked');
    await clock.advance(minutes(9));
    lock.become('locked');
    await clock.advance(minutes(60));
    expect(told).toEqual([]);
  });

  it('that cannot be read any more may well stand open', async () => {
    const { lock, told, clock } = watched();
    lock.become('unlocked');
    lock.become('unknown');
    await clock.advance(minutes(10));
    expect(told).toHaveLength(1);
  });

  it('in a door that stands open is told, though its bolt is out', async () => {
    const { lock, told, clock } = watched();
    lock.tell({ door: 'open' });
    await clock.advance(minutes(10));
    expect(told).toHaveLength(1);
  });

  it('is left alone where no time is set, and after the end', async () => {
    const never = watched(0);
    never.lock.become('unlocked');
    await never.clock.advance(minutes(600));
    const ended = watched();
    ended.lock.become('unlocked');
    ended.watchman.stop();
    await ended.clock.advance(minutes(600));
    expect([...never.told, ...ended.told]).toEqual([]);
    expect(ended.lock.listeners).toBe(0);
  });

  it('that is offline is told once, and once more when it is back', () => {
    const { lock, told } = watched();
    lock.tell({ fault: 'Front lock is offline.' });
    lock.tell({ fault: 'Front lock is still offline.' });
    lock.tell({});
    lock.tell({});
    expect(told).toEqual(['broken: Front lock is offline.', 'healed: Front lock can be read.']);
  });
});

describe('a trouble that may pass', () => {
  it('is told only once it has lasted', async () => {
    const clock = new VirtualClock();
    const told: string[] = [];
    const troubles = new Troubles(clock, (sentence) => void told.push(sentence));
    troubles.begin('vision', 'Down.', 60_000);
    await clock.advance(59_000);
    expect([troubles.sentences, told]).toEqual([['Down.'], []]);
    troubles.end('vision', 'Up.');
    troubles.begin('vision', 'Down.', 60_000);
    troubles.begin('vision', 'Down again.', 60_000);
    await clock.advance(60_000);
    troubles.end('vision', 'Up.');
    expect(told).toEqual(['Down again.', 'Up.']);
  });
});

describe('a camera', () => {
  it('in trouble for five minutes is told, and told once more when it is well', async () => {
    const clock = new VirtualClock();
    const told: string[] = [];
    const troubles = new Troubles(clock, (sentence) => void told.push(sentence));
    const health = { troubles: [] as string[], lastTrigger: null, lastFrame: null, reconnects: 0, battery: null };
    const camera = { id: 'front', name: 'Front', health: () => health } as unknown as Camera;
    const rounds = new CameraRounds([camera], clock, troubles);
    rounds.start();
    health.troubles = ['Ring says nothing.'];
    await clock.advance(minutes(5));
    expect(told).toEqual([]);
    await clock.advance(minutes(2));
    expect(told).toEqual(['Ring says nothing.']);
    health.troubles = [];
    await clock.advance(minutes(1));
    expect(told).toEqual(['Ring says nothing.', 'Front is well.']);
    rounds.stop();
    expect(clock.waiting).toBe(0);
  });
});
