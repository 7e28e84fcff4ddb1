import { expect, test } from 'vitest';
import { parseSlashCommand } from '../../../src/common/slashCommands';

test('tells a command from other questions', () => {
  expect(parseSlashCommand(' /find where files\nare read ')).toEqual({ command: 'find', rest: 'where files\nare read' });
  expect(parseSlashCommand('/explain')).toEqual({ command: 'explain', rest: '' });
  for (const question of ['/etc/hosts', '/unknown thing', 'a /find b', '/', '/findx']) {
    expect(parseSlashCommand(question), question).toBe(undefined);
  }
});
