import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { toolNames } from '../../../src/common/ids';
import { shorthand } from '../support/shorthand';

/** Four letters a token: what a caller with a tokenizer of its own might say. */
const countTokens = async (text: string) => Math.ceil(text.length / 4);

async function invoke(input: object, tokenBudget?: number): Promise<string[]> {
  const result = await vscode.lm.invokeTool(toolNames.searchMemory, {
    input,
    toolInvocationToken: undefined,
    ...(tokenBudget === undefined ? {} : { tokenizationOptions: { tokenBudget, countTokens } }),
  });
  return result.content.map(part => {
    assert.ok(part instanceof vscode.LanguageModelTextPart);
    return part.value;
  });
}

describe('the language model tool', () => {
  const question = 'class DisposableStore dispose';

  before(() => shorthand().activate());

  it('is there for other assistants', () => {
    const tool = vscode.lm.tools.find(({ name }) => name === toolNames.searchMemory);
    assert.match(tool?.description ?? '', /path and line numbers/);
    assert.ok(tool?.inputSchema);
  });

  it('gives excerpts with paths and lines', async () => {
    const texts = await invoke({ question, limit: 3 });
    assert.ok(texts.length >= 1 && texts.length <= 3, `${texts.length} excerpts`);
    for (const text of texts) {
      assert.match(text, /^[\w./-]+:\d+(-\d+)?\n```/);
    }
    assert.match(texts.join('\n'), /class DisposableStore/);
  });

  it('keeps to the budget of the caller and says what it left out', async () => {
    const all = await invoke({ question, limit: 10 });
    const some = await invoke({ question, limit: 10 }, 700);
    assert.ok(some.length < all.length, `${some.length} of ${all.length}`);
    assert.match(some.at(-1) ?? '', /left out/);
    assert.ok((await countTokens(some.join(''))) <= 700);
  });

  it("adds the local model's answer when it is asked to, marked as such", async () => {
    const texts = await invoke({ question, limit: 1, answer: true });
    assert.match(texts.at(-1) ?? '', /local model, which is small and often wrong/);
  });

  it('refuses input that it does not understand', async () => {
    await assert.rejects(invoke({ limit: 3 }));
  });
});
