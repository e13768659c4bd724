// Reads the attributes of a TF.js node: JSON of TensorFlow's AttrValue, with its strings in base64 and its integers as strings.
import { Fault } from './errors.ts';
import type { DType, Shape } from './tensor.ts';

/** AttrValue as protobuf's JSON writes it; only the fields read here. */
export interface AttrValue {
  s?: string | undefined;
  i?: string | number | undefined;
  b?: boolean | undefined;
  type?: string | undefined;
  shape?: { dim?: readonly { size: string | number }[] | undefined } | undefined;
  list?: { s?: readonly string[] | undefined; i?: readonly (string | number)[] | undefined } | undefined;
}

const TYPES: Readonly<Record<string, DType>> = { DT_FLOAT: 'float32', DT_INT32: 'int32', DT_BOOL: 'bool' };

export class Attributes {
  readonly #values: Readonly<Record<string, AttrValue>>;

  constructor(values: Readonly<Record<string, AttrValue>>) {
    this.#values = values;
  }

  string(name: string): string | undefined {
    const value = this.#values[name]?.s;
    return value === undefined ? undefined : fromBase64(value);
  }

  strings(name: string): string[] {
    return (this.#values[name]?.list?.s ?? []).map(fromBase64);
  }

  int(name: string): number | undefined {
    const value = this.#values[name]?.i;
    return value === undefined ? undefined : Number(value);
  }

  ints(name: string): number[] | undefined {
    return this.#values[name]?.list?.i?.map(Number);
  }

  bool(name: string): boolean {
    return this.#values[name]?.b ?? false;
  }

  /** @throws Fault where the type is absent or not one this compiler knows */
  type(name: string): DType {
    const value = this.#values[name]?.type ?? 'absent';
    const type = TYPES[value];
    if (type === undefined)
      throw new Fault(`its attribute ${name} is ${value}; only ${Object.keys(TYPES).join(', ')} are known`);
    return type;
  }

  /** Unknown dims are -1. */
  shape(name: string): Shape | undefined {
    const shape = this.#values[name]?.shape;
    return shape && (shape.dim ?? []).map((dim) => Number(dim.size));
  }
}

function fromBase64(text: string): string {
  return Buffer.from(text, 'base64').toString('utf8');
}
