import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadModels, ModelError } from '../../src/vision/models.ts';

const built = join(import.meta.dirname, '../../models');
const names = ['centernet', 'blazeface', 'facemesh', 'faceres', 'antispoof', 'liveness'];
const file = (folder: string, name: string) => join(folder, `${name}.onnx`);

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-models-'));
  for (const name of names) await copyFile(file(built, name), file(folder, name));
});
afterEach(() => rm(folder, { recursive: true }));

const loading = () => expect(loadModels({ folder: pathToFileURL(`${folder}/`) })).rejects;

describe('a model', () => {
  it('that is missing is named, with how to make it', async () => {
    await rm(file(folder, 'facemesh'));
    await loading().toThrow(new ModelError('models/facemesh.onnx is missing: run `npm run build`.'));
  });

  it('that was cut short is named, with how to make it anew', async () => {
    const bytes = await readFile(file(folder, 'antispoof'));
    await writeFile(file(folder, 'antispoof'), bytes.subarray(0, bytes.length / 2));
    await loading().toThrow(/^models\/antispoof\.onnx cannot be loaded; run `npm run build` to make it anew \(/);
  });

  it('that is another model than its name says is named', async () => {
    await copyFile(file(folder, 'liveness'), file(folder, 'antispoof'));
    await loading().toThrow(
      'models/antispoof.onnx is not the expected model (no output activation_4); run `npm run build`.',
    );
  });

  it('that is whole answers, and says how long it took', async () => {
    const models = await loadModels({ folder: pathToFileURL(`${folder}/`), threads: 1 });
    expect(models.liveness.spent).toBe(0);
    const output = await models.liveness.run();
    expect(output('activation_6').reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 4);
    expect(models.liveness.spent).toBeGreaterThan(0);
    await Promise.all(Object.values(models).map((model) => model.release()));
  });
});
