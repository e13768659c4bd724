// The command that builds the models, run as it is by npm.
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const human = join(root, 'node_modules/@vladmandic/human/models');
const MODELS = ['centernet', 'blazeface', 'facemesh', 'faceres', 'antispoof', 'liveness'];

let folder: string;
let built: string;
let first: Run;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-models-'));
  built = join(folder, 'built');
  first = await buildModels('--to', built);
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

interface Run {
  code: number;
  stdout: string;
  lines: string[];
}

function buildModels(...args: string[]): Promise<Run> {
  return new Promise((resolve) => {
    execFile(process.execPath, [join(root, 'tools/build-models.ts'), ...args], (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, lines: stderr.trim().split('\n') });
    });
  });
}

describe('build-models', () => {
  it('compiles the six models with a line each', async () => {
    expect(first).toMatchObject({ code: 0, stdout: '' });
    const lines = first.lines.map((line) => line.replace(/\d+\.\d/g, '#'));
    expect(lines).toEqual(MODELS.map((name) => `${name}: compiled in # s, # MB`));
    expect((await readdir(built)).sort()).toEqual(MODELS.map((name) => `${name}.onnx`).sort());
  });

  it('finds all of them up to date a second time, and touches none', async () => {
    const before = await stat(join(built, 'faceres.onnx'));
    const { code, lines } = await buildModels('--to', built);
    expect(code).toBe(0);
    expect(lines).toEqual(MODELS.map((name) => `${name}: up to date`));
    expect((await stat(join(built, 'faceres.onnx'))).mtimeMs).toBe(before.mtimeMs);
  });

  it('builds a model again whose file was cut off, and only that one', async () => {
    const path = join(built, 'liveness.onnx');
    const whole = await readFile(path);
    await truncate(path, whole.length - 1);
    const { lines } = await buildModels('--to', built);
    const compiled = lines.filter((line) => !line.endsWith('up to date'));
    expect(compiled).toEqual([expect.stringMatching(/^liveness: compiled/)]);
    expect((await readFile(path)).equals(whole)).toBe(true);
  });

  it('fails with one sentence that names the model and the node, and leaves nothing half-written', async () => {
    const [from, to] = [join(folder, 'broken'), join(folder, 'none')];
    await mkdir(from);
    await copyFile(join(human, 'centernet.json'), join(from, 'centernet.json'));
    await writeFile(join(from, 'centernet.bin'), (await readFile(join(human, 'centernet.bin'))).subarray(0, 1000));
    const { code, stdout, lines } = await buildModels('--from', from, '--to', to);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    const sentence = /^build-models: centernet: node "\S+": the weight file ends at byte 1000, /;
    expect(lines).toEqual([expect.stringMatching(sentence)]);
    expect(await readdir(to)).toEqual([]);
  });

  it('fails with one sentence where the models are not installed', async () => {
    const { code, lines } = await buildModels('--from', join(folder, 'nowhere'), '--to', built);
    expect(code).toBe(1);
    const sentence = /^build-models: .*centernet\.json cannot be read \(ENOENT\); `npm ci` puts it there$/;
    expect(lines).toEqual([expect.stringMatching(sentence)]);
  });
});
