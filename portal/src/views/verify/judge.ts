/** What somebody brought, and what came of checking it: all of it in the page. */
import { useCallback, useState } from 'react';
import { openChain } from '../../api/chain';
import { type BankReport, checkCredential, checkUid } from '../../verify/bank';
import { hex0xDecode } from '../../verify/bytes';
import { MAX_CREDENTIAL_BYTES } from '../../verify/credential';

export const MOST_BYTES = MAX_CREDENTIAL_BYTES;

export type Brought = { readonly kind: 'credential'; readonly text: string } | { readonly kind: 'uid'; readonly uid: string };

/** A UID is 0x and 64 digits; everything else must be a credential. */
export function sort(text: string): Brought {
  const plain = text.trim();
  const uid = plain.toLowerCase();
  return /^0x[0-9a-f]{64}$/.test(uid) ? { kind: 'uid', uid } : { kind: 'credential', text: plain };
}

export interface Judged {
  readonly brought: Brought;
  readonly report: BankReport;
  /** Seconds since 1970. */
  readonly at: number;
  /** When the chain's state used here was last asked for, milliseconds; null when just now. */
  readonly keptSince: number | null;
  readonly offline: boolean;
}

/** Check what was brought against the chain as the node tells it now, or as it was kept. */
export async function judge(brought: Brought, now = Math.floor(Date.now() / 1000)): Promise<Judged> {
  const source = await openChain();
  const report =
    brought.kind === 'uid'
      ? await checkUid(hex0xDecode(brought.uid, 32), source, now)
      : await checkCredential(brought.text, source, now);
  return { brought, report, at: now, keptSince: source?.keptSince() ?? null, offline: source === null };
}

interface Judging {
  readonly judged: Judged | null;
  readonly busy: boolean;
  readonly error: unknown;
  readonly start: (text: string) => void;
  readonly clear: () => void;
}

/** The newest start wins; what was judged before stays until then. */
export function useJudge(): Judging {
  const [state, setState] = useState<{ judged: Judged | null; busy: boolean; error: unknown; run: number }>({
    judged: null, busy: false, error: null, run: 0,
  });
  const start = useCallback((text: string) => {
    setState(({ run }) => {
      const mine = run + 1;
      const settle = (judged: Judged | null, error: unknown): void =>
        setState((present) => (present.run === mine ? { judged, busy: false, error, run: mine } : present));
      judge(sort(text)).then((judged) => settle(judged, null), (error: unknown) => settle(null, error));
      return { judged: null, busy: true, error: null, run: mine };
    });
  }, []);
  const clear = useCallback(() => setState(({ run }) => ({ judged: null, busy: false, error: null, run: run + 1 })), []);
  return { judged: state.judged, busy: state.busy, error: state.error, start, clear };
}
