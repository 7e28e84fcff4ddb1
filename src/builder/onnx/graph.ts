import { encodeModel, type AttributeMessage, type NodeMessage, type TensorMessage, type ValueMessage } from './messages';

/** Element types with their codes in ONNX's `TensorProto.DataType`. */
export const elementTypes = { float: 1, uint8: 2, int8: 3, int32: 6, int64: 7, float16: 10 } as const;
export type ElementType = keyof typeof elementTypes;

/** The name of a tensor in the graph; an empty string stands for an optional input that is left out. */
export type Value = string;

/** A number is a fixed extent, a string names a free one. */
export type Extent = number | string;

/** Integers become INT attributes, `{ float }` FLOAT, arrays INTS. */
export type Attribute = number | readonly number[] | { readonly float: number };

export interface NodeOptions {
  readonly domain?: 'com.microsoft';
  readonly attributes?: Readonly<Record<string, Attribute>>;
}

/** Where the bytes of an initialiser lie in the external file `location`. */
export interface ExternalSpan {
  readonly location: string;
  readonly offset: number;
  readonly length: number;
}

/** The opset of ONNX's own operators; RMS norms and fused operators come from `com.microsoft`. */
const opset = 21;
const irVersion = 10;

/** Collects the nodes of one graph in order of execution and writes the model. Weights are added through it, their bytes elsewhere. */
export class Graph {
  readonly #nodes: NodeMessage[] = [];
  readonly #initializers: TensorMessage[] = [];
  readonly #inputs: ValueMessage[] = [];
  readonly #outputs: ValueMessage[] = [];
  readonly #memo = new Map<string, Value>();

  constructor(readonly name: string) {}

  input(name: string, type: ElementType, shape: readonly Extent[]): Value {
    this.#inputs.push(valueMessage(name, type, shape));
    return name;
  }

  output(name: string, type: ElementType, shape: readonly Extent[]): void {
    this.#outputs.push(valueMessage(name, type, shape));
  }

  /** Adds a node with one output; `output` names it where the name matters. */
  node(opType: string, inputs: readonly Value[], options: NodeOptions = {}, output?: string): Value {
    const value = output ?? `${opType}_${this.#nodes.length}`;
    this.nodeWithOutputs(opType, inputs, [value], options);
    return value;
  }

  /** Adds a node whose outputs are named by the caller; an empty name leaves an optional output out. */
  nodeWithOutputs(opType: string, inputs: readonly Value[], outputs: readonly Value[], options: NodeOptions = {}): void {
    const attribute = Object.entries(options.attributes ?? {}).map(([name, value]) => attributeMessage(name, value));
    this.#nodes.push({ name: `${opType}_${this.#nodes.length}`, opType, domain: options.domain ?? '', input: inputs, output: outputs, attribute });
  }

  /** A name that no other value has. */
  fresh(prefix: string): Value {
    return `${prefix}_${this.#nodes.length}_${this.#initializers.length}`;
  }

  /** A small initialiser whose bytes are stored in the graph itself. */
  inline(name: string, type: ElementType, dims: readonly number[], bytes: ArrayBufferView): Value {
    this.#initializers.push({ name, dims, dataType: elementTypes[type], rawData: new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength) });
    return name;
  }

  external(name: string, type: ElementType, dims: readonly number[], span: ExternalSpan): Value {
    const externalData = Object.entries(span).map(([key, value]) => ({ key, value: String(value) }));
    this.#initializers.push({ name, dims, dataType: elementTypes[type], externalData, dataLocation: 1 });
    return name;
  }

  /** A constant int64 vector (shapes, axes, indices); equal constants are shared. */
  ints(values: readonly number[]): Value {
    const name = `ints_${values.join('_')}`;
    return this.memo(name, () => this.inline(name, 'int64', [values.length], BigInt64Array.from(values, BigInt)));
  }

  /** A shared constant scalar. */
  scalar(type: 'float' | 'uint8', value: number): Value {
    const name = `${type}_${value}`;
    return this.memo(name, () => this.inline(name, type, [], type === 'float' ? Float32Array.of(value) : Uint8Array.of(value)));
  }

  /** What `create` gave for this key the first time. */
  memo(key: string, create: () => Value): Value {
    const value = this.#memo.get(key) ?? create();
    this.#memo.set(key, value);
    return value;
  }

  encode(): Uint8Array {
    return encodeModel({
      irVersion,
      producerName: 'shorthand',
      opsetImport: [{ domain: '', version: opset }, { domain: 'com.microsoft', version: 1 }],
      graph: { name: this.name, node: this.#nodes, initializer: this.#initializers, input: this.#inputs, output: this.#outputs },
    });
  }
}

function attributeMessage(name: string, value: Attribute): AttributeMessage {
  if (typeof value === 'number') {
    return { name, type: 2, i: value };
  }
  return 'float' in value ? { name, type: 1, f: value.float } : { name, type: 7, ints: value };
}

function valueMessage(name: string, type: ElementType, shape: readonly Extent[]): ValueMessage {
  const dim = shape.map(extent => (typeof extent === 'number' ? { dimValue: extent } : { dimParam: extent }));
  return { name, type: { tensorType: { elemType: elementTypes[type], shape: { dim } } } };
}
