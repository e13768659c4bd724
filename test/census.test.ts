/** Who was enrolled, by whatever way and in whatever run, and who looks too alike. */
import { describe, expect, it } from 'vitest';
import { Census } from '../src/census.ts';
import type { Person } from '../src/people/people.ts';
import { FakeLog } from './fakes/log.ts';
import { ada, embedding, kurt } from './visits/house.ts';

const twin: Person = { id: 3, name: 'kurtis', displayName: 'Kurtis', templates: [embedding(1, 0.99)] };

function counted(people: Person[], before?: Record<number, number>) {
  const heard: string[] = [];
  const disk = { counts: before, full: false };
  const log = new FakeLog();
  const census = new Census({
    people: async () => [...people],
    load: async () => disk.counts,
    save: async (counts) => {
      if (disk.full) throw new Error('The disk is full.');
      disk.counts = counts;
    },
    threshold: 0.7,
    log,
    onEnrolled: () => heard.push('enrolled'),
    onLookAlikes: (sentence) => heard.push(sentence),
  });
  return { census, heard, disk, log, people };
}

describe('an enrolment', () => {
  it('is heard of before the people are handed over, once', async () => {
    const { census, heard, people } = counted([kurt]);
    await census.start();
    expect(heard).toEqual([]);
    people.push(ada);
    expect(await census.people()).toHaveLength(2);
    await census.people();
    expect(heard).toEqual(['enrolled']);
  });

  it('while the plugin did not run is heard of at the start', async () => {
    const { census, heard } = counted([kurt, ada], { 1: 1 });
    await census.start();
    expect(heard).toEqual(['enrolled']);
  });

  it('from a further picture counts too, and somebody forgotten does not', async () => {
    const { census, heard, people } = counted([kurt, ada]);
    await census.start();
    people.pop();
    await census.people();
    expect(heard).toEqual([]);
    people[0] = { ...kurt, templates: [...kurt.templates, embedding(1, 0.9)] };
    await census.people();
    expect(heard).toEqual(['enrolled']);
  });

  it('that cannot be noted is heard of, and the log says what the next start will do', async () => {
    const { census, heard, disk, log, people } = counted([kurt]);
    await census.start();
    disk.full = true;
    people.push(ada);
    await census.people();
    expect(heard).toEqual(['enrolled']);
    expect(log.lines).toEqual([expect.stringContaining('The disk is full.')]);
  });
});

it('people who look too alike are told of at the start and after an enrolment, once for each pair', async () => {
  const started = counted([kurt, twin], { 1: 1, 3: 1 });
  await started.census.start();
  await started.census.people();
  expect(started.heard).toEqual([expect.stringMatching(/^Kurt and Kurtis look too alike \(0\.99\)/)]);
  const enrolled = counted([kurt]);
  await enrolled.census.start();
  enrolled.people.push(twin);
  await enrolled.census.people();
  expect(enrolled.heard).toEqual(['enrolled', expect.stringContaining('Kurt and Kurtis')]);
});
