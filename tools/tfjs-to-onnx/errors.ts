// What can be wrong with a model, said so that the model and the node are named.

/** A TF.js GraphModel that cannot be compiled. The message is one sentence that starts with the model's (and the node's) name. */
export class GraphModelError extends Error {
  override readonly name = 'GraphModelError';
  readonly model: string;
  /** The node at fault; undefined where the fault is the whole file's. */
  readonly node: string | undefined;

  constructor(model: string, node: string | undefined, reason: string) {
    super(node === undefined ? `${model}: ${reason}` : `${model}: node "${node}": ${reason}`);
    this.model = model;
    this.node = node;
  }
}

/** A reason without a place: thrown where neither the model nor the node is known, and given both by whoever knows them. */
export class Fault extends Error {
  override readonly name = 'Fault';
}
