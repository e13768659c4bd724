// Compiles the models inside @vladmandic/human to models/*.onnx: `node tools/build-models.ts [--from DIR] [--to DIR]`
import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const MODELS = ['centernet', 'blazeface', 'facemesh', 'faceres', 'antispoof', 'liveness'];
const root = join(import.meta.dirname, '..');

/** What went wrong, in one sentence. */
class BuildError extends Error {}

async function build(from: string, to: string): Promise<void> {
  const compiler = await compilerSource();
  await mkdir(to, { recursive: true });
  for (const name of MODELS) await buildModel(name, from, to, compiler);
}

/** The stamp of what a model was made from is the last thing in its file: a file that is cut off has none. */
async function buildModel(name: string, from: string, to: string, compiler: string): Promise<void> {
  const started = performance.now();
  const [json, weights] = [await read(join(from, `${name}.json`)), await read(join(from, `${name}.bin`))];
  const stamp = createHash('sha256').update(compiler).update(json).update(weights).digest('hex');
  const path = join(to, `${name}.onnx`);
  if ((await lastCharacters(path, stamp.length)) === stamp) return report(name, 'up to date');
  // Loaded only when needed: a run that finds everything up to date should take no time.
  const { compile } = await import('./tfjs-to-onnx/compile.ts');
  const onnx = compile(name, parse(name, json), weights, { source: stamp });
  await writeAtomically(path, onnx);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  report(name, `compiled in ${seconds} s, ${(onnx.length / 1e6).toFixed(1)} MB`);
}

/** Everything the output depends on apart from the model. */
async function compilerSource(): Promise<string> {
  const folder = join(import.meta.dirname, 'tfjs-to-onnx');
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.ts')).sort();
  const files = await Promise.all(names.map(async (name) => `${name}\n${await readFile(join(folder, name), 'utf8')}`));
  return files.join('\n');
}

async function read(path: string): Promise<Uint8Array> {
  return readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new BuildError(`${path} cannot be read (${error.code}); \`npm ci\` puts it there`);
  });
}

function parse(name: string, json: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(json));
  } catch {
    throw new BuildError(`${name}: ${name}.json is not JSON; \`npm ci\` restores it`);
  }
}

/** '' where there is no such file. */
async function lastCharacters(path: string, count: number): Promise<string> {
  const file = await open(path).catch(() => undefined);
  if (!file) return '';
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(count), position: Math.max(0, size - count) });
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await file.close();
  }
}

async function writeAtomically(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

function report(name: string, text: string): void {
  process.stderr.write(`${name}: ${text}\n`);
}

try {
  const { values } = parseArgs({ options: { from: { type: 'string' }, to: { type: 'string' } } });
  const from = values.from ?? join(root, 'node_modules/@vladmandic/human/models');
  await build(from, values.to ?? join(root, 'models'));
} catch (error) {
  process.stderr.write(`build-models: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
