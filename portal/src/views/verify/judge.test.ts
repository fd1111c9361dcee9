import { expect, test } from 'vitest';
import { sort } from './judge';

test('a UID is 0x and 64 digits, everything else must be a credential', () => {
  const uid = `0x${'Ab'.repeat(32)}`;
  expect(sort(`  ${uid}\n`)).toEqual({ kind: 'uid', uid: uid.toLowerCase() });
  expect(sort(uid.slice(0, -1)).kind).toBe('credential');
  expect(sort(' a.b.c~ ')).toEqual({ kind: 'credential', text: 'a.b.c~' });
});
