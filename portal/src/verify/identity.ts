/** Organisations by their LEI (ISO 17442-1, check digits ISO/IEC 7064 MOD 97-10) and their names on chain. */

import { characters, fromText } from './bytes';
import { MalformedError, quoted } from './errors';
import { sha256 } from './hash';

export interface Subject {
  readonly lei: string;
  readonly site: string | null;
}

/** Compares with the computed digits, not with "remainder 1": 00, 01 and 99 would be second spellings. */
export function checkLei(text: string): string {
  if (characters(text) !== 20 || !/^[A-Z0-9]{18}[0-9]{2}$/.test(text)) {
    throw new MalformedError(`${quoted(text)} is not an LEI: 20 characters A-Z 0-9`);
  }
  let rest = 0n;
  for (const character of text.slice(0, 18)) {
    const value = BigInt(Number.parseInt(character, 36));
    rest = (rest * (value > 9n ? 100n : 10n) + value) % 97n;
  }
  const digits = (98n - ((rest * 100n) % 97n)).toString().padStart(2, '0');
  if (text.slice(18) !== digits) throw new MalformedError(`${text} is not an LEI: its check digits do not fit`);
  return text;
}

/** `LEI` or `LEI/SITE`. */
export function parseSubject(text: string): Subject {
  const slash = text.indexOf('/');
  if (slash < 0) return { lei: checkLei(text), site: null };
  const site = text.slice(slash + 1);
  const lei = checkLei(text.slice(0, slash));
  if (!/^[A-Z0-9-]{1,20}$/.test(site)) {
    throw new MalformedError(`${quoted(site)} is not a site code: 1 to 20 characters A-Z 0-9 and hyphen`);
  }
  return { lei, site };
}

export function subjectText(subject: Subject): string {
  return subject.site === null ? subject.lei : `${subject.lei}/${subject.site}`;
}

/** The organisation's name on chain, 32 bytes. */
export function orgId(lei: string): Uint8Array {
  return sha256(fromText(`credence/org/v1:${lei}`));
}
