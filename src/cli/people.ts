/** `latchkey enrol`, `people` and `forget`: who is enrolled. They work while Homebridge runs, too. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { reason } from '../log.ts';
import { enrolmentFace } from '../people/enrolment.ts';
import { EventStore } from '../store/event-store.ts';
import { personName } from '../store/person-name.ts';
import { VisionClient } from '../vision/client.ts';
import { embeddingModel } from '../vision/models.ts';
import { findPictures } from './pictures.ts';
import { Progress, stderrLog } from './progress.ts';
import { latchkeyFolder } from './storage.ts';

interface Storage {
  storage: string;
}

/** Below this many templates a person is recognised less surely. */
const goodCount = 5;

export async function enrol(name: string, paths: string[], { storage }: Storage): Promise<void> {
  const files = await findPictures(paths);
  const store = await EventStore.open(latchkeyFolder(storage));
  const vision = new VisionClient({ log: stderrLog });
  try {
    await vision.start();
    const known = (await store.people(embeddingModel)).find((person) => person.name === personName(name));
    const templates = await templatesFrom(files, vision, known?.templates ?? []);
    if (templates.length === 0) throw new Error(`${name} was not enrolled: none of the pictures could be used.`);
    const person = await store.enrol(name, name, templates);
    process.stdout.write(
      `${person.displayName} is enrolled with ${person.templates.length} of ${goodCount} recommended pictures` +
        `${templates.length < files.length ? ` (${files.length - templates.length} left out)` : ''}.\n`,
    );
  } finally {
    await vision.stop();
    await store.close();
  }
}

async function templatesFrom(files: readonly string[], vision: VisionClient, known: readonly Float32Array[]) {
  const templates: { embedding: Float32Array; model: string; source: string }[] = [];
  const progress = new Progress('Enrolling', files.length);
  for (const file of files) {
    try {
      const analysis = await vision.analyze({ kind: 'encoded', bytes: await readFile(file) });
      const found = enrolmentFace(analysis, [...known, ...templates.map(({ embedding }) => embedding)]);
      if (found.ok)
        templates.push({ embedding: found.face.embedding, model: embeddingModel, source: `file:${basename(file)}` });
      else progress.say(`${file}: ${found.problem}.`);
    } catch (error) {
      progress.say(`${file}: ${reason(error)}`);
    }
    progress.step();
  }
  progress.end();
  return templates;
}

export async function listPeople({ storage, json }: Storage & { json?: boolean }): Promise<void> {
  const store = await EventStore.open(latchkeyFolder(storage));
  try {
    const people = await store.people();
    const rows = people.map(({ name, displayName, templates }) => ({ name, displayName, templates: templates.length }));
    if (json) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
    else for (const row of rows) process.stdout.write(`${row.displayName}: ${row.templates} pictures\n`);
    if (rows.length === 0) process.stderr.write('Nobody is enrolled yet: latchkey enrol NAME FILE...\n');
  } finally {
    await store.close();
  }
}

export async function forget(name: string, { storage }: Storage): Promise<void> {
  const store = await EventStore.open(latchkeyFolder(storage));
  try {
    if (!(await store.forget(name))) throw new Error(`Nobody is enrolled as ${name}: see latchkey people.`);
    process.stdout.write(`${name} is forgotten: all templates of the face are erased.\n`);
  } finally {
    await store.close();
  }
}
