import type { ProviderChoice } from './executionProviders';

/** Every id that package.json and the code share. A test compares them with the manifest. */

export const commandIds = {
  compressWorkspace: 'shorthand.compressWorkspace',
  compressOpenFiles: 'shorthand.compressOpenFiles',
  openChat: 'shorthand.openChat',
  addToChat: 'shorthand.addToChat',
  explain: 'shorthand.explain',
  askAboutSelection: 'shorthand.askAboutSelection',
  toggleInlineCompletion: 'shorthand.toggleInlineCompletion',
  resetCompletionStats: 'shorthand.resetCompletionStats',
  newConversation: 'shorthand.newConversation',
  showHistory: 'shorthand.showHistory',
  renameConversation: 'shorthand.renameConversation',
  deleteConversation: 'shorthand.deleteConversation',
  exportConversation: 'shorthand.exportConversation',
  applyProposal: 'shorthand.applyProposal',
  discardProposal: 'shorthand.discardProposal',
  showMemory: 'shorthand.showMemory',
  refreshMemory: 'shorthand.refreshMemory',
  compressFiles: 'shorthand.compressFiles',
  pinFiles: 'shorthand.pinFiles',
  unpinFiles: 'shorthand.unpinFiles',
  chooseRatio: 'shorthand.chooseRatio',
  excludeFiles: 'shorthand.excludeFiles',
  includeFiles: 'shorthand.includeFiles',
  forgetFiles: 'shorthand.forgetFiles',
  showInMemory: 'shorthand.showInMemory',
  revealInExplorer: 'shorthand.revealInExplorer',
  pauseBackground: 'shorthand.pauseBackground',
  resumeBackground: 'shorthand.resumeBackground',
  showMemoryMap: 'shorthand.showMemoryMap',
  showReconstruction: 'shorthand.showReconstruction',
  refreshReconstruction: 'shorthand.refreshReconstruction',
  clearMemory: 'shorthand.clearMemory',
  chooseModel: 'shorthand.chooseModel',
  importModel: 'shorthand.importModel',
  removeModel: 'shorthand.removeModel',
  forgetToken: 'shorthand.forgetToken',
  restartEngine: 'shorthand.restartEngine',
  showLog: 'shorthand.showLog',
  showDiagnostics: 'shorthand.showDiagnostics',
  getStarted: 'shorthand.getStarted',
  openAccessibilityHelp: 'shorthand.openAccessibilityHelp',
} as const;

/** Commands that only links and the status bar call; they are registered but not contributed to the palette. */
export const internalCommandIds = {
  explainHover: 'shorthand.internal.explainHover',
  /** Attaches the lines that are selected in the editor in front to the next question, and shows the chat. */
  attachSelection: 'shorthand.internal.attachSelection',
  /** Attaches the symbol at a place to the next question, and shows the chat. */
  askInChat: 'shorthand.internal.askInChat',
  /** Asks a question with attachments in the chat. */
  askNow: 'shorthand.internal.askNow',
  completionAccepted: 'shorthand.internal.completionAccepted',
  statusMenu: 'shorthand.internal.statusMenu',
} as const;

export const walkthroughId = 'shorthand.getStarted';

export const viewIds = {
  container: 'shorthand',
  chat: 'shorthand.chat',
  memory: 'shorthand.memory',
} as const;

export const panelIds = {
  map: 'shorthand.map',
} as const;

/** `@shorthand` in VS Code's own chat. */
export const participantId = 'shorthand.participant';

/** Who provides the bundle's decoder to VS Code's model picker. */
export const modelVendor = 'shorthand';

export const toolNames = {
  searchMemory: 'shorthand_search_memory',
} as const;

/** Keys for `when` and `enablement` clauses, set by the host. */
export const contextKeys = {
  chatHasTurns: 'shorthand.chatHasTurns',
  memoryState: 'shorthand.memoryState',
  backgroundPaused: 'shorthand.backgroundPaused',
} as const;

export const configurationSection = 'shorthand';

/** Settings with their types and defaults; package.json repeats the defaults. */
export interface Settings {
  readonly 'compression.ratio': 4 | 8 | 16;
  readonly 'compression.background': 'off' | 'openFiles' | 'workspace';
  readonly 'compression.onBattery': boolean;
  readonly 'compression.exclude': readonly string[];
  readonly 'memory.budgetMB': number;
  readonly 'hover.enabled': boolean;
  readonly 'inlineCompletion.enabled': boolean;
  readonly 'context.positions': number;
  readonly 'chat.temperature': number;
  readonly 'chat.maxTokens': number;
  readonly 'engine.threads': number;
  readonly 'engine.executionProvider': ProviderChoice;
  readonly 'engine.idleMinutes': number;
  readonly 'models.active': string;
  readonly 'models.folder': string;
}

export const settingDefaults: Settings = {
  'compression.ratio': 8,
  'compression.background': 'workspace',
  'compression.onBattery': false,
  'compression.exclude': [],
  'memory.budgetMB': 1024,
  'hover.enabled': true,
  'inlineCompletion.enabled': false,
  'context.positions': 0,
  'chat.temperature': 0,
  'chat.maxTokens': 200,
  'engine.threads': 0,
  'engine.executionProvider': 'auto',
  'engine.idleMinutes': 10,
  'models.active': '',
  'models.folder': '',
};
