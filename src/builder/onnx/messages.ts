import protobuf from 'protobufjs';

/**
 * The part of ONNX's protobuf schema that the builder writes. Field numbers and names: onnx/onnx.proto of ONNX 1.16 (IR version 10).
 * protobufjs takes int64 values as JavaScript numbers, exact up to 2^53.
 */
export interface ModelMessage {
  readonly irVersion: number;
  readonly producerName: string;
  readonly opsetImport: readonly { readonly domain: string; readonly version: number }[];
  readonly graph: GraphMessage;
}

export interface GraphMessage {
  readonly name: string;
  readonly node: readonly NodeMessage[];
  readonly initializer: readonly TensorMessage[];
  readonly input: readonly ValueMessage[];
  readonly output: readonly ValueMessage[];
}

export interface NodeMessage {
  readonly name: string;
  readonly opType: string;
  readonly domain: string;
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly attribute: readonly AttributeMessage[];
}

/** `type`: 1 float, 2 int, 7 ints. */
export type AttributeMessage =
  | { readonly name: string; readonly type: 1; readonly f: number }
  | { readonly name: string; readonly type: 2; readonly i: number }
  | { readonly name: string; readonly type: 7; readonly ints: readonly number[] };

/** Either `rawData`, or `externalData` with `dataLocation` 1. */
export interface TensorMessage {
  readonly name: string;
  readonly dims: readonly number[];
  readonly dataType: number;
  readonly rawData?: Uint8Array;
  readonly externalData?: readonly { readonly key: string; readonly value: string }[];
  readonly dataLocation?: 1;
}

export interface ValueMessage {
  readonly name: string;
  readonly type: {
    readonly tensorType: {
      readonly elemType: number;
      readonly shape: { readonly dim: readonly ({ readonly dimValue: number } | { readonly dimParam: string })[] };
    };
  };
}

const repeated = (type: string, id: number) => ({ rule: 'repeated', type, id }) as const;
const single = (type: string, id: number) => ({ type, id }) as const;

const schema = protobuf.Root.fromJSON({
  nested: {
    Model: { fields: { irVersion: single('int64', 1), producerName: single('string', 2), graph: single('Graph', 7), opsetImport: repeated('OperatorSet', 8) } },
    OperatorSet: { fields: { domain: single('string', 1), version: single('int64', 2) } },
    Graph: {
      fields: {
        node: repeated('Node', 1),
        name: single('string', 2),
        initializer: repeated('Tensor', 5),
        input: repeated('Value', 11),
        output: repeated('Value', 12),
      },
    },
    Node: {
      fields: {
        input: repeated('string', 1),
        output: repeated('string', 2),
        name: single('string', 3),
        opType: single('string', 4),
        attribute: repeated('Attribute', 5),
        domain: single('string', 7),
      },
    },
    Attribute: { fields: { name: single('string', 1), f: single('float', 2), i: single('int64', 3), ints: repeated('int64', 8), type: single('int32', 20) } },
    Tensor: {
      fields: {
        dims: repeated('int64', 1),
        dataType: single('int32', 2),
        name: single('string', 8),
        rawData: single('bytes', 9),
        externalData: repeated('Entry', 13),
        dataLocation: single('int32', 14),
      },
    },
    Entry: { fields: { key: single('string', 1), value: single('string', 2) } },
    Value: { fields: { name: single('string', 1), type: single('ValueType', 2) } },
    ValueType: { fields: { tensorType: single('TensorType', 1) } },
    TensorType: { fields: { elemType: single('int32', 1), shape: single('Shape', 2) } },
    Shape: { fields: { dim: repeated('Dimension', 1) } },
    Dimension: { fields: { dimValue: single('int64', 1), dimParam: single('string', 2) } },
  },
});

/** The bytes of an `.onnx` file. */
export function encodeModel(model: ModelMessage): Uint8Array {
  return schema.lookupType('Model').encode({ ...model }).finish();
}
