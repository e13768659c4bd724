/** `npm run demo`: a real Homebridge with the plugin, and visits of real photographs through the real models. */
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { Progress } from '../../src/cli/progress.ts';
import { reason } from '../../src/log.ts';
import { EventStore } from '../../src/store/event-store.ts';
import { AppleHome } from './apple-home.ts';
import { ConfigUi, configPlatform, owner } from './config-ui.ts';
import { enrolAll } from './enrol.ts';
import { freePort, Homebridge, setupCode } from './homebridge.ts';
import { seedNinetyDays } from './ninety-days.ts';
import { type DemoOptions, help, readOptions } from './options.ts';
import { type PlayedVisit, Player } from './player.ts';
import { garden, humanStory } from './scenes.ts';
import { doors, ownStory, type Scene, type Story } from './story.ts';

const usualFolder = join(import.meta.dirname, '..', '..', 'demo');
/** How long a door's camera waits for another picture before its visit is over. */
const quietSeconds = 2;

const madeUpVisits = 1100;

const say = (text: string) => process.stdout.write(`${text}\n`);
const isDoor = (camera: string) => (doors as readonly string[]).includes(camera);

/** Where everything of a demo is. */
interface Places {
  root: string;
  /** Homebridge's. */
  storage: string;
  latchkey: string;
  folderOf(camera: string): string;
}

function placesIn(root: string): Places {
  const storage = join(root, 'homebridge');
  const folderOf = (camera: string) => join(root, 'cameras', camera.toLowerCase().replace(' ', '-'));
  return { root, storage, latchkey: join(storage, 'latchkey'), folderOf };
}

/** Only what a demo left is ever removed. */
async function makeRoom({ root }: Places): Promise<void> {
  const names = await readdir(root).catch(() => []);
  const strange = names.find((name) => name !== 'homebridge' && name !== 'cameras');
  if (strange !== undefined) throw new Error(`${root} holds ${strange}, which is no demo's: choose another --folder.`);
  await rm(root, { recursive: true, force: true });
}

/** Each door with a lock of its own, and a garden camera that may open nothing. */
const platformIn = ({ folderOf }: Places) => ({
  cameras: [...doors, garden].map((name) => ({
    type: 'folder',
    name,
    folder: folderOf(name),
    doorbell: isDoor(name),
    lock: isDoor(name) ? `${name} Lock` : 'none',
    quietSeconds,
  })),
  locks: doors.map((door) => ({ type: 'virtual', name: `${door} Lock`, relockSeconds: 2 })),
  // The same man comes again and again within a minute: without this he would be kept waiting between his visits.
  // A machine that is still busy with the build looks at pictures slowly: they may be older than at a real door.
  unlock: { mode: 'auto', cooldownSeconds: 0, globalCooldownSeconds: 0, maxAgeSeconds: 10 },
  occupancy: { labels: ['wine glass', 'dining table'] },
});

/** Each camera's visits one after another, the cameras side by side. */
async function playAll(scenes: readonly Scene[], player: Player): Promise<PlayedVisit[]> {
  const played = new Map<Scene, PlayedVisit>();
  const lanes = [...new Set(scenes.map(({ camera }) => camera))].map(async (camera) => {
    for (const scene of scenes.filter((one) => one.camera === camera)) {
      const visit = await player.play(scene);
      played.set(scene, visit);
      say(`${visit.ok ? ' ' : '!'} ${visit.sentence}${inMilliseconds(visit)}`);
    }
  });
  await Promise.all(lanes);
  return scenes.map((scene) => played.get(scene) as PlayedVisit);
}

function inMilliseconds({ ms }: PlayedVisit): string {
  if (!ms) return '';
  const stages = [`decode ${ms.decode.toFixed(0)}`, `objects ${ms.objects.toFixed(0)}`, `faces ${ms.faces.toFixed(0)}`];
  return `\n      ms: ${stages.join(', ')}, embeddings ${ms.embeddings.toFixed(0)}; door decided after ${ms.decision.toFixed(0)}`;
}

async function run(options: DemoOptions): Promise<boolean> {
  const places = placesIn(resolve(options.folder ?? usualFolder));
  const { storage, latchkey, folderOf } = places;
  await makeRoom(places);
  for (const camera of [...doors, garden]) await mkdir(folderOf(camera), { recursive: true });
  await mkdir(storage, { recursive: true });
  const story = options.pictures ? await ownStory(options.pictures, options.enrol) : await humanStory();
  // Before anybody is enrolled: the people of a made-up history are nobody's.
  if (!options.once) await makeUpHistory(latchkey);
  await enrolAll(latchkey, story.enrolled);
  for (const { name, pictures } of story.enrolled) say(`${name} is enrolled from ${pictures.length} pictures.`);
  say('Homebridge starts, with Latchkey as a child bridge ...');
  const port = options.once ? null : await freePort();
  const homebridge = await Homebridge.start({
    storage,
    platform: platformIn(places),
    others: port === null ? [] : [configPlatform(port)],
  });
  let ui: ConfigUi | null = null;
  process.once('SIGINT', () => void homebridge.stop('SIGINT'));
  try {
    await homebridge.line(/Latchkey watches/);
    say(`Pairing code for Apple Home: ${setupCode}`);
    if (port !== null) {
      ui = await ConfigUi.attach(storage, port);
      say(`The page: ${ui.address}, log in as ${owner.username} with "${owner.password}", Plugins, Latchkey`);
    }
    say('');
    return await show(options, story, homebridge, places);
  } finally {
    await Promise.all([ui?.stop(), homebridge.stop()]);
  }
}

/** So that the page has something to show at once; every sentence of it says that it is made up. */
async function makeUpHistory(latchkey: string): Promise<void> {
  const store = await EventStore.open(latchkey);
  const progress = new Progress('Making up ninety days', madeUpVisits);
  try {
    await seedNinetyDays({ store, now: Date.now(), visits: madeUpVisits, onVisit: () => progress.step() });
  } finally {
    progress.end();
    await store.close();
  }
  say('Ninety days of history are made up, and marked as such.');
}

async function show(
  options: DemoOptions,
  story: Story,
  homebridge: Homebridge,
  { latchkey, folderOf }: Places,
): Promise<boolean> {
  const home = options.once ? await AppleHome.pair(homebridge.bridge) : null;
  const store = await EventStore.open(latchkey, { readOnly: true });
  const lockOf = (camera: string) => (isDoor(camera) ? `${camera} Lock` : null);
  const player = new Player({ homebridge, store, home, folderOf, lockOf });
  const visits = await playAll(story.scenes, player);
  const ok = visits.every((visit) => visit.ok);
  await Promise.all([home?.close(), store.close()]);
  say(`\n${summary(visits)}`);
  say(
    `Pictures: ${relative('.', join(latchkey, 'thumbnails'))}\nDatabase: ${relative('.', join(latchkey, 'latchkey.db'))}`,
  );
  if (options.once) {
    const told = visits.map(({ sentence, ok: _, ...visit }) => visit);
    say(JSON.stringify({ visits: told, ok }));
  } else {
    say(
      `\nDrop a JPEG into ${relative('.', folderOf(doors[0]))} to come to the front door yourself. Ctrl-C ends the demo.`,
    );
    await homebridge.ended;
  }
  return ok;
}

function summary(visits: readonly PlayedVisit[]): string {
  const known = visits.filter(({ expected }) => expected);
  const strangers = visits.filter(({ expected, camera }) => expected === null && isDoor(camera));
  const named = known.filter(({ person, expected }) => person === expected);
  const letIn = strangers.filter(({ unlocked }) => unlocked);
  return (
    `${visits.length} visits: ${named.length} of ${known.length} of enrolled people named, ` +
    `${letIn.length} of ${strangers.length} strangers let in.`
  );
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') say(help);
  else process.exitCode = (await run(options)) ? 0 : 1;
} catch (error) {
  process.stderr.write(`${reason(error)}\n`);
  if (process.argv.includes('--once')) say(JSON.stringify({ visits: [], ok: false }));
  process.exitCode = 1;
}
