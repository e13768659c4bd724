// Compiles the models inside @vladmandic/human to models/*.onnx. `node tools/build-models.ts`
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { compile } from './tfjs-to-onnx/compile.ts';

const MODELS = ['centernet', 'blazeface', 'facemesh', 'faceres', 'antispoof', 'liveness'];

const root = join(import.meta.dirname, '..');
const sources = join(root, 'node_modules/@vladmandic/human/models');
const target = join(root, 'models');

async function buildModel(name: string): Promise<void> {
  const started = performance.now();
  const json = await readFile(join(sources, `${name}.json`), 'utf8');
  const weights = await readFile(join(sources, `${name}.bin`));
  const onnx = compile(name, JSON.parse(json), weights);
  await writeAtomically(join(target, `${name}.onnx`), onnx);
  process.stderr.write(`${name}: compiled in ${Math.round(performance.now() - started)} ms, ${onnx.length} bytes\n`);
}

async function writeAtomically(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  const file = await open(temporary, 'w');
  await file.writeFile(bytes);
  await file.sync();
  await file.close();
  await rename(temporary, path);
}
await mkdir(target, { recursive: true });
for (const name of MODELS) await buildModel(name);
