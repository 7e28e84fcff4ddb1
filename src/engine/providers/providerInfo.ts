import type { GraphName, ProviderStatus } from '../../common/executionProviders';
import type { ProviderSelection } from './chooseProvider';
import type { PlacedRuntime } from './placedRuntime';

/** What became of every provider: what is known of it from before, and which graphs it runs. */
export function providerInfo({ statuses }: ProviderSelection, runtime: Pick<PlacedRuntime, 'wanted' | 'graphs' | 'refusals'>): ProviderStatus[] {
  return statuses.map(status => {
    const { provider } = status;
    const graphs = [...runtime.graphs].flatMap(([graph, place]): GraphName[] => (place === provider ? [graph] : []));
    if (graphs.length > 0) {
      return { state: 'used', provider, graphs };
    }
    // It was chosen and runs nothing: the decoder's reason counts, for which it was chosen.
    const problem = runtime.refusals.get('decoder') ?? [...runtime.refusals.values()][0];
    return provider === runtime.wanted && problem !== undefined ? { state: 'failed', provider, problem } : status;
  });
}
