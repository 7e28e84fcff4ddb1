import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Chat } from './support/chat';
import { ComposerView } from './support/composer';
import { keepFailures } from './support/keepFailures';
import { Session } from './support/session';
import { Workbench } from './support/workbench';

let session: Session;
let workbench: Workbench;
let chat: Chat;
let composer: ComposerView;

beforeAll(async () => {
  session = await Session.open({ sources: ['src/common'], settings: { 'shorthand.chat.maxTokens': 20 } });
  // No language service of this VS Code knows Python.
  fs.writeFileSync(path.join(session.workspace, 'tools.py'), 'def convert_units(amount):\n    return amount * 2\n\n\nlimit = 3\n');
  fs.mkdirSync(path.join(session.workspace, 'generated'));
  fs.writeFileSync(path.join(session.workspace, 'generated', 'eventTable.ts'), 'export const eventTable = [];\n');
  fs.writeFileSync(path.join(session.workspace, '.gitignore'), 'generated/\n');
  workbench = new Workbench(session.page, 'context');
  chat = new Chat(session.page);
  composer = new ComposerView(session.page);
});

keepFailures(() => workbench);

afterAll(() => session.close());

async function untilPlanned(): Promise<void> {
  await composer.plan.getByTestId('budget-legend').waitFor({ timeout: 60_000 });
}

/** Entries of the plan once they stay the same over a pause that is longer than the page's own. */
async function settledPlan(): Promise<readonly string[]> {
  let before: readonly string[] = [];
  await expect
    .poll(
      async () => {
        const now = await composer.entries(composer.plan);
        const same = now.length > 0 && JSON.stringify(now) === JSON.stringify(before);
        before = now;
        return same;
      },
      { timeout: 60_000, interval: 1500 },
    )
    .toBe(true);
  return before;
}

describe('what a question reads', () => {
  it('offers the workspace files after @, the open one first', async () => {
    await workbench.trustWorkspace();
    await workbench.openFile('disposable.ts');
    await workbench.runCommand('Shorthand: Open Chat');
    await composer.field.waitFor({ timeout: 60_000 });
    await composer.type('What do @');
    await composer.completions.first().waitFor({ timeout: 30_000 });
    expect(await composer.completions.first().innerText()).toContain('disposable.ts');
    await workbench.screenshot('files');
    await composer.complete('eve', 'event.ts');
    expect(await composer.field.inputValue()).toBe('What do @event.ts ');
    await composer.chip('event.ts').waitFor();
  });

  it('offers no file that git ignores', async () => {
    await composer.type('@event');
    await composer.completions.filter({ hasText: 'event.ts' }).waitFor();
    expect((await composer.completions.allInnerTexts()).join('\n')).not.toContain('eventTable');
    await composer.field.press('Escape');
    await composer.field.fill('What do @event.ts ');
  });

  it('offers symbols after #', async () => {
    await composer.complete('and #DisposableS', 'DisposableStore');
    expect(await composer.field.inputValue()).toBe('What do @event.ts and #DisposableStore ');
    const chip = composer.chip('DisposableStore');
    await chip.waitFor();
    expect(await chip.getAttribute('title')).toMatch(/disposable\.ts:\d+\u2013\d+$/);
  });

  it('offers the slash commands at the beginning', async () => {
    const question = await composer.field.inputValue();
    await composer.field.fill('');
    await composer.type('/');
    await expect.poll(() => composer.completions.count()).toBe(4);
    await workbench.screenshot('commands');
    await composer.field.press('Escape');
    await composer.field.fill(question);
  });

  it('offers the selection, and attaches it with a click', async () => {
    await workbench.editor.click();
    await session.page.keyboard.press('Control+Home');
    for (let line = 0; line < 3; line++) {
      await session.page.keyboard.press('Shift+ArrowDown');
    }
    await expect.poll(() => composer.offer.innerText(), { timeout: 20_000 }).toContain('disposable.ts:1\u20133');
    await composer.offer.click();
    await composer.chip('disposable.ts:1\u20133').waitFor();
    expect(await composer.offer.count()).toBe(0);
  });

  it('takes a file that is dragged from the explorer', async () => {
    await composer.dragIn(workbench.inExplorer('assertNever.ts'));
    await composer.chip('assertNever.ts').waitFor({ timeout: 10_000 });
  });

  it('takes the tab of an editor: dragged in, and by its menu', async () => {
    await workbench.openFile('bundle.ts');
    await composer.dragIn(workbench.tab('bundle.ts'));
    await composer.chip('bundle.ts').waitFor({ timeout: 10_000 });
    await composer.detach('bundle.ts');
    await workbench.tab('bundle.ts').click({ button: 'right' });
    await workbench.takeFromMenu('Add to Shorthand Chat');
    await composer.chip('bundle.ts').waitFor({ timeout: 10_000 });
    await composer.detach('bundle.ts');
  });

  it('takes several files of the explorer at once', async () => {
    // The file in the editor is selected already.
    await workbench.selectedInExplorer.filter({ hasText: 'bundle.ts' }).waitFor();
    await workbench.inExplorer('fuzzy.ts').click({ modifiers: ['Control'] });
    await workbench.inExplorer('ids.ts').click({ modifiers: ['Control'] });
    await expect.poll(() => workbench.selectedInExplorer.count()).toBe(3);
    await workbench.chooseInExplorer('ids.ts', 'Add to Shorthand Chat');
    for (const name of ['bundle.ts', 'fuzzy.ts', 'ids.ts']) {
      await composer.chip(name).waitFor({ timeout: 10_000 });
      await composer.detach(name);
    }
  });

  it('refuses files from elsewhere, and says so', async () => {
    await composer.drop('file:///etc/hosts');
    await expect.poll(() => composer.notice.innerText()).toMatch(/only files in the open folders are read: hosts/);
  });

  it('takes a file by the menu of the explorer', async () => {
    await workbench.chooseInExplorer('errors.ts', 'Add to Shorthand Chat');
    await composer.chip('errors.ts').waitFor({ timeout: 20_000 });
    await workbench.screenshot('attached');
  });
});

describe('the plan', () => {
  it('shows before sending what would be read, and how the budget is used', async () => {
    await composer.type('do?');
    await composer.planToggle.click();
    await untilPlanned();
    expect(await composer.planToggle.innerText()).toMatch(/\d+ of \d+ files in context/);
    expect(await composer.planToggle.getByRole('img').getAttribute('aria-label')).toMatch(/[\d,]+ of [\d,]+ positions used by the prompt/);
    const planned = (await settledPlan()).join('\n');
    expect(planned).toMatch(/disposable\.ts\s*selected\s+lines 1\u20133/);
    for (const name of ['event.ts', 'disposable.ts', 'assertNever.ts', 'errors.ts']) {
      expect(planned).toMatch(new RegExp(`${name}\\s*attached`));
    }
    await workbench.screenshot('plan');
  });

  it('follows what is attached; a chip goes by keyboard', async () => {
    await composer.detach('assertNever.ts');
    expect(await composer.chips.count()).toBe(4);
    await expect.poll(async () => (await composer.entries(composer.plan)).join('\n'), { timeout: 20_000 }).not.toMatch(/assertNever\.ts\s*attached/);
  });

  it('is what the answer reads', async () => {
    const planned = await settledPlan();
    const files = await composer.planToggle.innerText();
    await composer.field.press('Enter');
    await expect.poll(() => chat.turns.count()).toBe(1);
    await expect.poll(() => chat.state(), { timeout: 60_000 }).toBe('answered');
    expect(await composer.chips.count()).toBe(0);
    await composer.planToggle.click();
    await chat.lastTurn.getByTestId('context-summary').click();
    const details = chat.lastTurn.getByTestId('context-details');
    await details.getByTestId('budget-ring').waitFor();
    expect(await composer.entries(details)).toEqual(planned);
    expect(await details.getByTestId('files-in-context').innerText()).toBe(files.trim());
    await workbench.screenshot('report');
  });

  it('links each entry to its file', async () => {
    await chat.lastTurn.getByTestId('reveal').filter({ hasText: 'event.ts' }).first().click();
    await session.page.locator('.tab.active', { hasText: 'event.ts' }).waitFor();
  });
});

describe('symbols', () => {
  it('are found without a language service, by the search of the engine that runs', async () => {
    await composer.complete('#convert_units', 'convert_units');
    const chip = composer.chip('convert_units');
    await chip.waitFor();
    expect(await chip.getAttribute('title')).toBe('tools.py:1\u20132');
    await chip.press('Delete');
    await chip.waitFor({ state: 'detached' });
    await composer.field.fill('');
  });
});

describe('the draft', () => {
  it('survives a reload of the window, with what is attached', async () => {
    await composer.complete('half a question about @errors', 'errors.ts');
    await composer.chip('errors.ts').waitFor();
    await workbench.reloadWindow();
    await workbench.runCommand('Shorthand: Open Chat');
    await composer.chip('errors.ts').waitFor({ timeout: 60_000 });
    expect(await composer.field.inputValue()).toBe('half a question about @errors.ts ');
  });
});

describe('themes', () => {
  for (const theme of ['light', 'high-contrast'] as const) {
    it(`${theme} fits the plan and the list`, async () => {
      await session.changeTheme(theme, { 'shorthand.context.positions': 1000 });
      if (!(await composer.plan.isVisible())) {
        await composer.planToggle.click();
      }
      await untilPlanned();
      // The user's limit is the budget of the plan.
      expect(await composer.planToggle.getByRole('img').getAttribute('aria-label')).toMatch(/^[1-9]\d{0,2} of 1,000 positions|^1,000 of 1,000 positions/);
      await workbench.screenshot(`plan-${theme}`);
      await composer.type(' @');
      await composer.completions.first().waitFor({ timeout: 30_000 });
      await workbench.screenshot(`files-${theme}`);
      await composer.field.press('Escape');
    });
  }
});

describe('the console', () => {
  it('has no complaint about Shorthand', () => {
    expect(session.complaints()).toEqual([]);
  });
});
