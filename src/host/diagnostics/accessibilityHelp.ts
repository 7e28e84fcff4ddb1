import { l10n } from 'vscode';

/** What keyboards and screen readers can do, as plain text: a screen reader reads it line by line. */
export function accessibilityHelp(): string {
  return [
    l10n.t("Shorthand can be used with the keyboard alone and with a screen reader. VS Code's own keys work everywhere; F1 opens the command palette, which has every command of Shorthand."),
    section(l10n.t("Chat"), [
      l10n.t("\"Shorthand: Open Chat\" moves the focus to the question."),
      l10n.t("Enter asks, Shift+Enter begins a new line, Escape stops an answer that is being written."),
      l10n.t("Tab and Shift+Tab move between the question, the answers and their buttons."),
      l10n.t("A screen reader announces once that an answer is being written and once that it is complete; it does not read each word as it comes."),
      l10n.t("Under each answer, a button opens the list of what was read. Each entry is a link to the file."),
    ]),
    section(l10n.t("Memory"), [
      l10n.t("The memory view is a tree: Up and Down move, Left and Right close and open folders, Enter opens a file."),
      l10n.t("Shift+F10 opens the actions of an entry. Typing finds an entry by its name. Each entry is read with its state, tokens and slots."),
      l10n.t("The memory map is a picture that has a list beside it with the same figures; the arrow keys move between files, and Enter opens one."),
    ]),
    section(l10n.t("Hover"), [
      l10n.t("\"Show or Focus Hover\" (Control+K Control+I, on macOS Command+K Command+I) opens the hover at the cursor; pressed again, it moves the focus into it. Tab reaches the link that explains."),
      l10n.t("Alt+F2 opens the text of a hover in the accessible view."),
    ]),
    section(l10n.t("Progress"), [
      l10n.t("The status bar item says the engine's state and opens a menu of actions. \"Focus Status Bar\" in the command palette reaches it."),
      l10n.t("\"Notifications: Focus Notification Toast\" reaches messages and the button that cancels a compression."),
    ]),
    section(l10n.t("VS Code's own chat"), [l10n.t("Type @shorthand before a question. Alt+F2 opens an answer in the accessible view.")]),
    section(l10n.t("Settings"), [l10n.t("Signals of VS Code, such as sounds for progress and answers, are under \"accessibility.signals\".")]),
  ].join('\n\n');
}

function section(title: string, lines: readonly string[]): string {
  return [title.toUpperCase(), ...lines].join('\n');
}
