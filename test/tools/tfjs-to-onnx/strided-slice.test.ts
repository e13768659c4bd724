// StridedSlice, with all its masks, against slices of nested arrays and against TF.js.
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { compile } from '../../../tools/tfjs-to-onnx/compile.ts';
import { expectSame, runCompiled } from './same.ts';
import { type Numbers, useBackend } from './tfjs.ts';
import { attr, floats, ints, noise, type TinyNode, tinyModel } from './tiny-model.ts';

beforeAll(() => useBackend('cpu'));

describe('StridedSlice', () => {
  const SHAPE = [3, 4, 5];
  interface Entry {
    kind: 'range' | 'shrink' | 'new' | 'ellipsis';
    begin: number;
    end: number;
    stride: number;
    openBegin: boolean;
    openEnd: boolean;
  }
  const entry: fc.Arbitrary<Entry> = fc.record({
    kind: fc.constantFrom('range', 'range', 'range', 'shrink', 'new', 'ellipsis'),
    begin: fc.integer({ min: -6, max: 6 }),
    end: fc.integer({ min: -6, max: 6 }),
    stride: fc.integer({ min: -3, max: 3 }).filter((stride) => stride !== 0),
    openBegin: fc.boolean(),
    openEnd: fc.boolean(),
  });

  type Nested = number | Nested[];

  /** The slice, taken from nested arrays one entry at a time; undefined where it is an error or nothing is left. */
  function cut(x: Nested, entries: readonly Entry[]): Nested | undefined {
    const [entry, ...rest] = entries;
    if (!entry) return x;
    if (entry.kind === 'new') return all([cut(x, rest)]);
    const wanted = rest.filter(({ kind }) => kind === 'range' || kind === 'shrink').length;
    if (entry.kind === 'ellipsis' && depth(x) === wanted) return cut(x, rest);
    if (!Array.isArray(x)) return undefined;
    if (entry.kind === 'ellipsis') return all(x.map((part) => cut(part, entries)));
    if (entry.kind === 'shrink')
      return x.at(entry.begin) === undefined ? undefined : cut(x.at(entry.begin) ?? [], rest);
    return all(range(x, entry).map((part) => cut(part, rest)));
  }

  function range(x: Nested[], { begin, end, stride, openBegin, openEnd }: Entry): Nested[] {
    const at = (index: number): number => (index < 0 ? index + x.length : index);
    const inside = (index: number): boolean =>
      stride > 0
        ? (openBegin || index >= at(begin)) && (openEnd || index < at(end))
        : (openBegin || index <= at(begin)) && (openEnd || index > at(end));
    const indices = x.map((_, index) => index).filter(inside);
    const ordered = stride > 0 ? indices : indices.reverse();
    return ordered.filter((_, nth) => nth % Math.abs(stride) === 0).flatMap((index) => [x[index] ?? []]);
  }

  function all(parts: (Nested | undefined)[]): Nested[] | undefined {
    const known = parts.filter((part) => part !== undefined);
    return known.length === parts.length && known.length > 0 ? known : undefined;
  }

  const depth = (x: Nested | undefined): number => (Array.isArray(x) ? 1 + depth(x[0]) : 0);
  const shapeOf = (x: Nested | undefined): number[] => (Array.isArray(x) ? [x.length, ...shapeOf(x[0])] : []);
  const nest = (shape: readonly number[], next: () => number): Nested =>
    shape.length === 0 ? next() : Array.from({ length: shape[0] ?? 0 }, () => nest(shape.slice(1), next));

  const bits = (entries: readonly Entry[], has: (entry: Entry) => boolean): object =>
    attr.int(entries.reduce((mask, entry, at) => mask | (has(entry) ? 1 << at : 0), 0));

  function model(entries: readonly Entry[]): { constants: Record<string, Numbers>; node: TinyNode } {
    const list = (pick: (entry: Entry) => number): Numbers => ints([entries.length], entries.map(pick));
    const attributes = {
      begin_mask: bits(entries, ({ openBegin }) => openBegin),
      end_mask: bits(entries, ({ openEnd }) => openEnd),
      ellipsis_mask: bits(entries, ({ kind }) => kind === 'ellipsis'),
      new_axis_mask: bits(entries, ({ kind }) => kind === 'new'),
      shrink_axis_mask: bits(entries, ({ kind }) => kind === 'shrink'),
    };
    return {
      constants: {
        begin: list(({ begin }) => begin),
        end: list(({ end }) => end),
        strides: list(({ stride }) => stride),
      },
      node: { name: 'y', op: 'StridedSlice', input: ['x', 'begin', 'end', 'strides'], attr: attributes },
    };
  }

  const x = floats(SHAPE, Array(60).keys());
  const oneEllipsis = fc
    .array(entry, { minLength: 1, maxLength: 5 })
    .filter((entries) => entries.filter(({ kind }) => kind === 'ellipsis').length <= 1)
    .map((entries) => entries.map((entry) => (entry.kind === 'shrink' ? { ...entry, stride: 1 } : entry)));

  it('cuts what Python cuts for any begin, end, stride and mask', async () => {
    let count = 0;
    const nested = nest(SHAPE, () => count++);
    const slices = oneEllipsis.filter((entries) => cut(nested, entries) !== undefined);
    await fc.assert(
      fc.asyncProperty(slices, async (entries) => {
        const { constants, node } = model(entries);
        const { y } = await runCompiled(tinyModel({ x }, constants, [node]), { x });
        const expected = cut(nested, entries);
        expect(y).toEqual({ shape: shapeOf(expected), data: Float32Array.from([expected].flat(9) as number[]) });
      }),
      { numRuns: 150 },
    );
  });

  // TF.js itself goes wrong where one entry drops an axis and another has a stride.
  it('computes what TF.js computes where no axis is dropped', async () => {
    let count = 0;
    const nested = nest(SHAPE, () => count++);
    const slices = oneEllipsis.filter(
      (entries) => cut(nested, entries) !== undefined && entries.every(({ kind }) => kind !== 'shrink'),
    );
    await fc.assert(
      fc.asyncProperty(slices, async (entries) => {
        const { constants, node } = model(entries);
        await expectSame({ x }, constants, [node]);
      }),
      { numRuns: 60 },
    );
  });

  it('with more entries than axes is refused by name', () => {
    const three = ints([3], [0, 0, 0]);
    const { json, weights } = tinyModel(
      { x: noise([2, 2], 1) },
      { b: three, e: ints([3], [1, 1, 1]), s: ints([3], [1, 1, 1]) },
      [{ name: 'cut', op: 'StridedSlice', input: ['x', 'b', 'e', 's'] }],
    );
    expect(() => compile('tiny', json, weights)).toThrow(
      'tiny: node "cut": StridedSlice: it slices more axes than [2,2] has',
    );
  });
});
