import * as vscode from 'vscode';
import { DisposableStore } from '../../../common/disposable';
import { titleOf, type Conversation } from './conversation';
import type { Conversations } from './conversations';

interface ConversationItem extends vscode.QuickPickItem {
  readonly conversation: Conversation;
}

/** Lists the conversations of the workspace: to open one, to rename it or to delete it. */
export async function showHistory(conversations: Conversations, currentId: string): Promise<void> {
  const rename: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('edit'), tooltip: vscode.l10n.t("Rename") };
  const remove: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('trash'), tooltip: vscode.l10n.t("Delete") };
  const disposables = new DisposableStore();
  const pick = disposables.add(vscode.window.createQuickPick<ConversationItem>());
  pick.title = vscode.l10n.t("Conversations of This Workspace");
  pick.placeholder = vscode.l10n.t("Choose a conversation to open");
  pick.matchOnDescription = true;
  const fill = async (): Promise<void> => {
    const list = await conversations.list();
    pick.items = list.map(conversation => ({ ...itemTexts(conversation, conversation.id === currentId), conversation, buttons: [rename, remove] }));
    pick.placeholder = list.length === 0 ? vscode.l10n.t("There are no conversations yet") : vscode.l10n.t("Choose a conversation to open");
  };
  disposables.add(pick.onDidHide(() => disposables.dispose()));
  disposables.add(
    pick.onDidAccept(() => {
      const [chosen] = pick.selectedItems;
      pick.hide();
      if (chosen !== undefined) {
        void conversations.open(chosen.conversation);
      }
    }),
  );
  disposables.add(
    pick.onDidTriggerItemButton(({ button, item }) => {
      if (button === remove) {
        void conversations.delete(item.conversation).then(fill);
      } else {
        pick.hide();
        void renameConversation(conversations, item.conversation);
      }
    }),
  );
  pick.show();
  pick.busy = true;
  await fill();
  pick.busy = false;
}

/** Asks for another name. */
export async function renameConversation(conversations: Conversations, conversation: Conversation): Promise<void> {
  const name = await vscode.window.showInputBox({
    title: vscode.l10n.t("Rename Conversation"),
    value: titleOf(conversation),
    validateInput: value => (value.trim() === '' ? vscode.l10n.t("A name needs at least one character.") : undefined),
  });
  if (name !== undefined) {
    await conversations.rename(conversation, name.trim());
  }
}

function itemTexts(conversation: Conversation, isCurrent: boolean): vscode.QuickPickItem {
  const { turns, changedAt } = conversation;
  const when = new Intl.DateTimeFormat(vscode.env.language, { dateStyle: 'medium', timeStyle: 'short' }).format(changedAt);
  const questions = turns.length === 1 ? vscode.l10n.t("1 question") : vscode.l10n.t("{0} questions", turns.length);
  return { label: `${isCurrent ? '$(check) ' : ''}${titleOf(conversation)}`, description: `${questions} \u00b7 ${when}` };
}
