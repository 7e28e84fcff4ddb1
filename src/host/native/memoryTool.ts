import * as v from 'valibot';
import * as vscode from 'vscode';
import type { AskParams } from '../../common/engineProtocol';
import { throwIfCancelled } from '../../common/errors';
import { toolNames } from '../../common/ids';
import { signalOf } from '../cancellation';
import type { Engine } from '../engine/engine';
import { errorCodeOf, errorText } from '../errorText';
import type { Services } from '../services';
import { promptPositions } from '../settings/promptPositions';
import { chatSampling } from '../settings/sampling';
import { excerptsWithin } from './excerpts';
import { noFolderText } from './noFolder';

/** package.json has the same as a JSON schema, for other assistants. */
const inputSchema = v.object({
  question: v.pipe(v.string(), v.minLength(1)),
  limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(20)), 8),
  answer: v.optional(v.boolean(), false),
});

type Needs = Pick<Services, 'engine' | 'readWorkspace' | 'log'>;

/** `#shorthand`: other assistants ask the workspace's memory for the code that matters to a question. */
export function registerMemoryTool(services: Needs): vscode.Disposable {
  return vscode.lm.registerTool<unknown>(toolNames.searchMemory, {
    prepareInvocation: ({ input }) => {
      const parsed = v.safeParse(inputSchema, input);
      return { invocationMessage: parsed.success ? vscode.l10n.t("Searching the workspace's memory for \"{0}\"", parsed.output.question) : vscode.l10n.t("Searching the workspace's memory") };
    },
    invoke: async ({ input, tokenizationOptions }, token) => {
      const parsed = v.safeParse(inputSchema, input);
      if (!parsed.success) {
        throw new Error(`The tool takes { question, limit?, answer? }: ${parsed.issues[0].message}`);
      }
      const cancellation = signalOf(token);
      try {
        return new vscode.LanguageModelToolResult(await run(services, parsed.output, tokenizationOptions, cancellation.signal));
      } catch (error) {
        // The assistant that asked reads this.
        throw new Error(errorText(errorCodeOf(error)), { cause: error });
      } finally {
        cancellation.dispose();
      }
    },
  });
}

async function run(
  { engine, readWorkspace }: Needs,
  { question, limit, answer }: v.InferOutput<typeof inputSchema>,
  tokens: vscode.LanguageModelToolTokenizationOptions | undefined,
  signal: AbortSignal,
): Promise<vscode.LanguageModelTextPart[]> {
  const workspace = readWorkspace();
  if (workspace.roots.length === 0) {
    return [new vscode.LanguageModelTextPart(noFolderText())];
  }
  const found = await engine.call('search', { workspace, question, limit }, { signal });
  const opinion = answer ? [await ownAnswer(engine, { workspace, question }, signal)] : [];
  throwIfCancelled(signal);
  return (await excerptsWithin(found, opinion, tokens)).map(text => new vscode.LanguageModelTextPart(text));
}

/** The local decoder's own answer, marked as such: the assistant must not take it for a finding. */
async function ownAnswer(engine: Engine, asked: Pick<AskParams, 'workspace' | 'question'>, signal: AbortSignal): Promise<string> {
  const { text } = await engine.call('ask', { ...asked, history: [], mentions: [], sampling: chatSampling(), ...promptPositions() }, { signal });
  return `Shorthand's own local model, which is small and often wrong, answered:\n${text.trim()}\n`;
}
