import type { Event } from '../../common/event';
import type { EngineProtocol } from '../../common/engineProtocol';
import type { EngineState } from '../../common/engineState';
import type { CallOptions } from '../../common/rpc/client';
import type { ParamsOf, ProgressOf, ResultOf } from '../../common/rpc/protocol';
import type { EngineMethod } from './engineConnection';

/** What the features see of the engine: calls and a state. Tests give them a fake. */
export interface Engine {
  readonly state: EngineState;
  readonly onDidChangeState: Event<EngineState>;
  /** Fires as a call begins, with its method. */
  readonly onWillCall: Event<EngineMethod>;
  /** Makes a call and starts the engine first where it isn't running. */
  call<M extends EngineMethod>(name: M, params: ParamsOf<EngineProtocol, M>, options?: CallOptions<ProgressOf<EngineProtocol, M>>): Promise<ResultOf<EngineProtocol, M>>;
}
