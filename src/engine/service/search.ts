import type { SearchParams } from '../../common/engineProtocol';
import type { SearchHit } from '../../common/workspace';
import { lexicalScore } from '../plan/fusion';
import { scoreFiles } from '../plan/relevance';
import type { EngineParts } from './engineParts';
import { readWorkspace } from './readWorkspace';

/** The windows that match a question best, at most `limit`, best first; equals in the order of the scan. Errors: `cancelled`. */
export async function search(
  parts: Pick<EngineParts, 'index'>,
  { workspace, question, limit }: SearchParams,
  signal: AbortSignal | undefined,
): Promise<SearchHit[]> {
  const { files } = await readWorkspace(parts, workspace, signal);
  const relevance = scoreFiles(files, question);
  return files
    .flatMap((file, i) => file.windows.map((window, j) => ({ file, window, score: lexicalScore(relevance[i], j) })))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, limit)
    .map(({ file, window, score }) => ({
      path: file.path,
      displayPath: file.displayPath,
      firstLine: window.firstLine,
      lastLine: window.lastLine,
      text: window.text,
      score,
    }));
}
