import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { modelVendor } from '../../../src/common/ids';
import { shorthand } from '../support/shorthand';

describe('the language model', () => {
  let model: vscode.LanguageModelChat;

  before(async () => {
    await shorthand().activate();
    const models = await vscode.lm.selectChatModels({ vendor: modelVendor });
    assert.equal(models.length, 1);
    model = models[0]!;
  });

  it('says honestly what it is', () => {
    assert.match(model.name, /local, very small/);
    assert.equal(model.vendor, modelVendor);
    assert.match(model.version, /^\d+\.\d+\.\d+$/);
    assert.ok(model.maxInputTokens > 1000, `${model.maxInputTokens} tokens`);
  });

  it('answers a conversation, in pieces', async () => {
    const messages = [vscode.LanguageModelChatMessage.User('What is a slot?'), vscode.LanguageModelChatMessage.Assistant('A vector.'), vscode.LanguageModelChatMessage.User('Write a function that adds two numbers.')];
    const response = await model.sendRequest(messages, {}, new vscode.CancellationTokenSource().token);
    const pieces: string[] = [];
    for await (const piece of response.text) {
      pieces.push(piece);
    }
    assert.ok(pieces.length > 0, 'something was said');
    assert.ok(pieces.every(piece => piece !== ''));
  });

  it('stops when it is told to', async () => {
    const source = new vscode.CancellationTokenSource();
    const response = await model.sendRequest([vscode.LanguageModelChatMessage.User('Write many functions.')], {}, source.token);
    source.cancel();
    let text = '';
    // A stop ends the stream or breaks it off with an error; both are an end.
    await assert.doesNotReject(async () => {
      try {
        for await (const piece of response.text) {
          text += piece;
        }
      } catch (error) {
        assert.ok(error instanceof vscode.CancellationError || error instanceof Error);
      }
    });
    assert.ok(text.length < 10_000);
  });

  it('counts tokens', async () => {
    const one = await model.countTokens('export');
    const many = await model.countTokens(vscode.LanguageModelChatMessage.User('export function add(a: number, b: number): number {\n  return a + b;\n}\n'));
    assert.ok(one >= 1 && one <= 3, `${one} tokens`);
    assert.ok(many > 10 && many < 60, `${many} tokens`);
  });
});
