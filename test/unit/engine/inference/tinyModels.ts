import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { Graph } from '../../../../src/builder/onnx/graph';

function save(folder: string, graph: Graph): string {
  const file = path.join(folder, `${graph.name}.onnx`);
  writeFileSync(file, graph.encode());
  return file;
}

/** sum = left + right, float32 of any length. */
export function writeAddModel(folder: string): string {
  const graph = new Graph('add');
  graph.input('left', 'float', ['n']);
  graph.input('right', 'float', ['n']);
  graph.node('Add', ['left', 'right'], {}, 'sum');
  graph.output('sum', 'float', ['n']);
  return save(folder, graph);
}

/** Casts int64 `wide` and int32 `narrow` to float32 and adds them. */
export function writeIntegerModel(folder: string): string {
  const graph = new Graph('integers');
  graph.input('wide', 'int64', ['n']);
  graph.input('narrow', 'int32', ['n']);
  const sum = graph.node('Add', [graph.node('Cast', ['wide'], { attributes: { to: 1 } }), graph.node('Cast', ['narrow'], { attributes: { to: 1 } })]);
  graph.node('Identity', [sum], {}, 'sum');
  graph.output('sum', 'float', ['n']);
  return save(folder, graph);
}

/** Multiplies a square matrix with itself `times` times: a run that lasts as long as a test needs. */
export function writeSlowModel(folder: string, times: number): string {
  const graph = new Graph('slow');
  graph.input('matrix', 'float', ['n', 'n']);
  let value = 'matrix';
  for (let count = 0; count < times; count++) {
    value = graph.node('MatMul', [value, 'matrix']);
  }
  graph.node('Identity', [value], {}, 'power');
  graph.output('power', 'float', ['n', 'n']);
  return save(folder, graph);
}

/** A graph with an operator that no ONNX Runtime knows. */
export function writeUnknownOperatorModel(folder: string): string {
  const graph = new Graph('unknown');
  graph.input('x', 'float', ['n']);
  graph.node('NoSuchOperator', ['x'], { domain: 'com.microsoft' }, 'y');
  graph.output('y', 'float', ['n']);
  return save(folder, graph);
}
