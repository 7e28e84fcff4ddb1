import type { Native } from './native';
import type { OrtApi } from './ortApi';
import { checkStatus, created } from './ortStatus';

/** Operators by the provider that ONNX Runtime gave them to, as far as it tells: WebGPU's own are missing, those left to the CPU never are. */
export type NodePlacement = ReadonlyMap<string, ReadonlySet<string>>;

/** Reads where the nodes of a loaded graph run. The session must have been made with `session.record_ep_graph_assignment_info`. */
export function readPlacement(native: Native, api: OrtApi, session: bigint): NodePlacement {
  const placement = new Map<string, Set<string>>();
  for (const subgraph of list(native, (array, count) => checkStatus(api, api.sessionGetEpGraphAssignmentInfo(session, array, count), 'Read the execution providers'))) {
    const provider = native.textAt(created(api, 'Read an execution provider', api.epAssignedSubgraphGetEpName, subgraph));
    const operators = placement.get(provider) ?? new Set<string>();
    placement.set(provider, operators);
    for (const node of list(native, (array, count) => checkStatus(api, api.epAssignedSubgraphGetNodes(subgraph, array, count), 'Read the nodes of a provider'))) {
      operators.add(native.textAt(created(api, 'Read an operator', api.epAssignedNodeGetOperatorType, node)));
    }
  }
  return placement;
}

/** The pointers of an array that the library owns. */
function list(native: Native, read: (array: BigUint64Array, count: BigUint64Array) => void): bigint[] {
  const array = new BigUint64Array(1);
  const count = new BigUint64Array(1);
  read(array, count);
  return Array.from({ length: Number(count[0]) }, (_, index) => native.pointerAt(array[0] ?? 0n, index * 8));
}
